'use strict';
// A WebSocket server for tests: writes each message to a file before it answers, and behaves as the URL asks.
// node peer.js PORT FOLDER [KEYSTORE PASSPHRASE]; the path of a URL names the file, its query the behaviour.
const fs = require('fs');
const path = require('path');
const { WebSocketServer } = require('ws');

const [port, folder, keystore, passphrase] = process.argv.slice(2);
const server = keystore
  ? require('https').createServer({ pfx: fs.readFileSync(keystore), passphrase })
  : require('http').createServer();
const files = new Map();

function append(name, line, sync) {
  if (!files.has(name)) {
    files.set(name, fs.openSync(path.join(folder, name), 'a'));
  }
  fs.writeSync(files.get(name), line + '\n');
  if (sync) {
    fs.fsyncSync(files.get(name));
  }
}

function converse(socket, channel, query) {
  let left = query.has('replies') ? Number(query.get('replies')) : 0;
  if (query.has('greeting')) {
    socket.send(query.get('greeting'));
  }
  if (query.has('close_on_open')) {
    socket.close(Number(query.get('close_on_open')));
  }
  socket.on('error', (error) => console.error(channel, error.message));
  socket.on('message', (data, binary) => {
    if (query.has('refuse') && data.includes(query.get('refuse'))) {
      socket.close(Number(query.get('code')), query.get('token') || '');
      return;
    }
    if (socket.readyState !== 1) {
      return;
    }
    append(channel, (binary ? 'binary ' : 'text ') + data.toString('base64'), query.get('sync') !== '0');
    if (left-- > 0) {
      socket.send('ok');
    }
  });
}

server.on('upgrade', (request, socket, head) => {
  const url = new URL(request.url, 'http://peer');
  const channel = url.pathname.slice(1);
  append(channel + '.handshakes', Buffer.from(JSON.stringify(request.headers)).toString('base64'), false);
  if (url.searchParams.has('status')) {
    socket.end('HTTP/1.1 ' + url.searchParams.get('status') + ' ' + (url.searchParams.get('token') || 'No') + '\r\n\r\n');
    return;
  }
  if (url.searchParams.has('silent')) {
    return;
  }
  const options = {
    noServer: true,
    autoPong: !url.searchParams.has('no_pong'),
    maxPayload: Number(url.searchParams.get('max') || 64 << 20),
  };
  new WebSocketServer(options).handleUpgrade(request, socket, head, (ws) => converse(ws, channel, url.searchParams));
});
server.on('request', (request, response) => response.end('ready'));
server.listen(Number(port), '127.0.0.1');
