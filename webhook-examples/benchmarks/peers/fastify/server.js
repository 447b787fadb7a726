// Fastify as its guide sets it up for production (no logger), and GitHub's own library for the signature.
import { verify } from '@octokit/webhooks-methods';
import fastify from 'fastify';

const secret = process.env.WEBHOOK_SECRET;
const server = fastify();

// The signature is over the body as it was sent, so Fastify's own JSON parser comes too early.
server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => done(null, body));

server.post('/webhook/orders', async (request, reply) => {
  const signature = request.headers['x-hub-signature-256'];
  if (!signature || !request.body || !(await verify(secret, request.body, signature))) {
    return reply.code(401).send({ message: '401 Unauthorized' });
  }
  try {
    JSON.parse(request.body);
  } catch {
    return reply.code(400).send({ message: '400 Bad Request' });
  }
  return { message: '200 OK' };
});

await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
