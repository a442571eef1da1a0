// One process, one transaction an order, answered after the commit. Arguments: port, base.
const express = require('express');
const [port, path] = process.argv.slice(2);
const store = require('./store.js').open(path);

express()
    .get('/health', (request, response) => response.sendStatus(200))
    .post('/orders', express.json({ limit: '256kb' }), (request, response) => {
        store.one(request.body);
        response.json({ stored: request.body.cmds.length });
    })
    .listen(Number(port), '127.0.0.1');
