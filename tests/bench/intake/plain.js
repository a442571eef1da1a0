// SQLite alone: parsed orders in groups, one commit a group. Arguments: base, file of pushes (one a line), size of a group.
const { readFileSync } = require('node:fs');
const [path, file, size] = process.argv.slice(2);
const pushes = readFileSync(file, 'utf8').trimEnd().split('\n').map(JSON.parse);
const store = require('./store.js').open(path);

const started = process.hrtime.bigint();
for (let at = 0; at < pushes.length; at += Number(size)) {
    store.many(pushes.slice(at, at + Number(size)));
}
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
console.log(pushes.length / seconds);
