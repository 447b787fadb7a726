// Signs webhooks with the official packages of their senders, and lets the packages verify what was relayed.
//
//   node senders.js sign                    prints the requests, with the settings of the endpoints that take them
//   node senders.js verify < requests.json  prints, by sender, whether the package takes the request
//
// Where a package verifies only, the request is signed as its sender documents, and the package must take it first.
'use strict';

const crypto = require('node:crypto');

const NOW = Math.floor(Date.now() / 1000);
const PUBLIC_ORIGIN = 'https://hooks.example.com';
const BODY = '{"id": "evt_1",  "type":"order.paid", "note":"h\u00e9llo \u017e \u{1F600}","amount":10.0 }\n';

const hmac = (algorithm, key, text, encoding) => crypto.createHmac(algorithm, key).update(text).digest(encoding);

const PACKAGES = {
  stripe() {
    const secret = 'whsec_stripe_secret_of_this_test';
    const stripe = new (require('stripe'))('sk_test_unused');
    return {
      settings: { scheme: 'stripe', secret },
      body: BODY,
      sign: (body) => ({ 'Stripe-Signature': stripe.webhooks.generateTestHeaderString({ payload: body, secret }) }),
      verify: (request) => Boolean(
        stripe.webhooks.constructEvent(request.body, request.headers['stripe-signature'], secret)),
    };
  },

  standardwebhooks() {
    const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
    const { Webhook } = require('standardwebhooks');
    const webhook = new Webhook(secret);
    const id = 'msg_' + crypto.randomUUID();
    return {
      settings: { scheme: 'standard-webhooks', secret },
      body: BODY,
      sign: (body) => ({
        'webhook-id': id,
        'webhook-timestamp': String(NOW),
        'webhook-signature': webhook.sign(id, new Date(NOW * 1000), body),
      }),
      verify: (request) => Boolean(webhook.verify(request.body, request.headers)),
    };
  },

  svix() {
    const secret = 'whsec_c3ZpeC1rZXktc3ZpeC1rZXktc3ZpeC1rZXk=';
    const { Webhook } = require('svix');
    const webhook = new Webhook(secret);
    const id = 'msg_' + crypto.randomUUID();
    return {
      settings: { scheme: 'svix', secret },
      body: BODY,
      sign: (body) => ({
        'svix-id': id,
        'svix-timestamp': String(NOW),
        'svix-signature': webhook.sign(id, new Date(NOW * 1000), body),
      }),
      verify: (request) => Boolean(webhook.verify(request.body, request.headers)),
    };
  },

  async github() {
    const secret = "It's a Secret to Everybody";
    const { sign, verify } = await import('@octokit/webhooks-methods');
    return {
      settings: { scheme: 'github', secret },
      body: BODY,
      sign: async (body) => ({
        'X-GitHub-Event': 'push',
        'X-GitHub-Delivery': crypto.randomUUID(),
        'X-Hub-Signature-256': await sign(secret, body),
      }),
      verify: (request) => verify(secret, request.body, request.headers['x-hub-signature-256']),
    };
  },

  slack() {
    const secret = '8f742231b10e8888abcd99yyyzzz85a5';
    const { verifySlackRequest } = require('@slack/bolt/dist/receivers/verify-request');
    return {
      settings: { scheme: 'slack', secret },
      dataType: 'blob',
      contentType: 'application/x-www-form-urlencoded',
      body: 'token=xyzz0WbapA4vBCDEFasx0q6G&command=%2Fwebhook-collect&text=a+b%20c&user_name=h%C3%A9l',
      sign: (body) => ({
        'X-Slack-Request-Timestamp': String(NOW),
        'X-Slack-Signature': 'v0=' + hmac('sha256', secret, `v0:${NOW}:${body}`, 'hex'),
      }),
      verify: (request) => {
        verifySlackRequest({ signingSecret: secret, body: request.body, headers: request.headers });
        return true;
      },
    };
  },

  shopify() {
    const secret = 'hush';
    require('@shopify/shopify-api/adapters/node');
    const { shopifyApi, LogSeverity } = require('@shopify/shopify-api');
    const shopify = shopifyApi({
      apiKey: 'unused', apiSecretKey: secret, apiVersion: '2025-01', hostName: 'hooks.example.com',
      scopes: [], isEmbeddedApp: false, logger: { level: LogSeverity.Error },
    });
    return {
      settings: { scheme: 'shopify', secret },
      body: BODY,
      sign: (body) => ({
        'X-Shopify-Hmac-Sha256': hmac('sha256', secret, body, 'base64'),
        'X-Shopify-Topic': 'orders/paid',
        'X-Shopify-API-Version': '2025-01',
        'X-Shopify-Shop-Domain': 's.myshopify.com',
        'X-Shopify-Webhook-Id': crypto.randomUUID(),
      }),
      verify: async (request) => (await shopify.webhooks.validate({
        rawBody: request.body, rawRequest: { method: 'POST', url: '/', headers: request.headers }, rawResponse: {},
      })).valid,
    };
  },

  twilio() {
    const secret = '12345';
    const { getExpectedTwilioSignature, validateRequest } = require('twilio');
    const url = PUBLIC_ORIGIN + '/webhook/twilio?foo=1&bar=a%20b';
    const parameters = (body) => Object.fromEntries(new URLSearchParams(body));
    return {
      settings: { scheme: 'twilio', secret, public_url: PUBLIC_ORIGIN },
      dataType: 'blob',
      contentType: 'application/x-www-form-urlencoded',
      query: '?foo=1&bar=a%20b',
      body: 'Caller=%2B14158675309&CallSid=CA1234567890ABCDE&Digits=1234&To=%2B18005551212&City=S%C3%A3o+Paulo',
      sign: (body) => ({ 'X-Twilio-Signature': getExpectedTwilioSignature(secret, url, parameters(body)) }),
      verify: (request) =>
        validateRequest(secret, request.headers['x-twilio-signature'], url, parameters(request.body)),
    };
  },

  'twilio-json'() {
    const secret = '12345';
    const { getExpectedBodyHash, getExpectedTwilioSignature, validateRequestWithBody } = require('twilio');
    const query = '?bodySHA256=' + getExpectedBodyHash(BODY);
    const url = PUBLIC_ORIGIN + '/webhook/twilio-json' + query;
    return {
      settings: { scheme: 'twilio', secret, public_url: PUBLIC_ORIGIN },
      query,
      body: BODY,
      sign: () => ({ 'X-Twilio-Signature': getExpectedTwilioSignature(secret, url, {}) }),
      verify: (request) =>
        validateRequestWithBody(secret, request.headers['x-twilio-signature'], url, request.body),
    };
  },

  square() {
    const secret = 'asdf1234';
    const { WebhooksHelper } = require('square');
    const url = PUBLIC_ORIGIN + '/webhook/square';
    return {
      settings: { scheme: 'square', secret, public_url: PUBLIC_ORIGIN },
      body: BODY,
      sign: (body) => ({ 'x-square-hmacsha256-signature': hmac('sha256', secret, url + body, 'base64') }),
      verify: (request) => WebhooksHelper.verifySignature({
        requestBody: request.body, signatureHeader: request.headers['x-square-hmacsha256-signature'],
        signatureKey: secret, notificationUrl: url,
      }),
    };
  },

  discord() {
    const { verifyKey } = require('discord-interactions');
    // The seed of RFC 8032, 7.1, test 1.
    const key = crypto.createPrivateKey({
      key: Buffer.from('302e020100300506032b657004220420'
        + '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'),
      format: 'der', type: 'pkcs8',
    });
    const publicKey = crypto.createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
    return {
      settings: { scheme: 'discord', public_key: publicKey },
      body: '{"type":2, "data":{"name":"h\u00e9llo"}}\n',
      sign: (body) => ({
        'X-Signature-Timestamp': String(NOW),
        'X-Signature-Ed25519': crypto.sign(null, Buffer.from(NOW + body), key).toString('hex'),
      }),
      verify: (request) => verifyKey(
        request.body, request.headers['x-signature-ed25519'], request.headers['x-signature-timestamp'], publicKey),
    };
  },

  sendgrid() {
    const { EventWebhook, EventWebhookHeader } = require('@sendgrid/eventwebhook');
    const webhook = new EventWebhook();
    // RFC 6979, A.2.5: the P-256 key of the examples.
    const key = crypto.createPrivateKey({
      key: Buffer.from('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420'
        + 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721', 'hex'),
      format: 'der', type: 'pkcs8',
    });
    const publicKey = crypto.createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
    return {
      settings: { scheme: 'sendgrid', public_key: publicKey },
      body: '[{"email":"a@example.com","event":"delivered"}]\r\n',
      sign: (body) => ({
        [EventWebhookHeader.TIMESTAMP()]: String(NOW),
        [EventWebhookHeader.SIGNATURE()]: crypto.sign('sha256', Buffer.from(NOW + body), key).toString('base64'),
      }),
      verify: (request) => webhook.verifySignature(
        webhook.convertPublicKeyToECDSA(publicKey), request.body,
        request.headers[EventWebhookHeader.SIGNATURE().toLowerCase()],
        request.headers[EventWebhookHeader.TIMESTAMP().toLowerCase()]),
    };
  },
};

function lowerCase(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function takes(sender, request) {
  try {
    return (await sender.verify({ headers: lowerCase(request.headers), body: request.body })) === true;
  } catch (refusal) {
    return false;
  }
}

async function sign() {
  const requests = [];
  for (const [name, make] of Object.entries(PACKAGES)) {
    const sender = await make();
    const headers = await sender.sign(sender.body);
    if (!(await takes(sender, { headers, body: sender.body }))) {
      throw new Error(`The package of ${name} does not take what was signed`);
    }
    requests.push({
      sender: name,
      settings: sender.settings,
      dataType: sender.dataType || 'json',
      query: sender.query || '',
      headers: { 'Content-Type': sender.contentType || 'application/json', ...headers },
      bodyBase64: Buffer.from(sender.body).toString('base64'),
    });
  }
  return requests;
}

async function verify() {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  const verdicts = {};
  for (const request of JSON.parse(Buffer.concat(chunks).toString())) {
    const sender = await PACKAGES[request.sender]();
    const body = Buffer.from(request.bodyBase64, 'base64').toString();
    verdicts[request.sender] = await takes(sender, { headers: request.headers, body });
  }
  return verdicts;
}

const command = { sign, verify }[process.argv[2]];
command().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (failure) => {
    console.error(failure);
    process.exitCode = 1;
  });
