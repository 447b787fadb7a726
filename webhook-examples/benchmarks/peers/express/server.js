// Express with its own body parser, and GitHub's own library for the signature.
import { verify } from '@octokit/webhooks-methods';
import express from 'express';

const secret = process.env.WEBHOOK_SECRET;
const server = express();

// The signature is over the body as it was sent, so express.json() comes too early.
server.post('/webhook/orders', express.text({ type: 'application/json' }), async (request, response) => {
  const signature = request.get('x-hub-signature-256');
  if (!signature || !request.body || !(await verify(secret, request.body, signature))) {
    response.status(401).json({ message: '401 Unauthorized' });
    return;
  }
  try {
    JSON.parse(request.body);
  } catch {
    response.status(400).json({ message: '400 Bad Request' });
    return;
  }
  response.json({ message: '200 OK' });
});

server.listen(Number(process.env.PORT), '127.0.0.1');
