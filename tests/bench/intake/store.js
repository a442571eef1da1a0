// The peers' way to keep an order: one row, and one a line, in a base that syncs at each commit.
const Database = require('better-sqlite3');

function open(path) {
    const base = new Database(path);
    base.pragma('journal_mode = WAL');
    base.pragma('synchronous = FULL');
    base.exec(`
        CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, site TEXT NOT NULL, cycle TEXT NOT NULL, total TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS line (
            draft TEXT NOT NULL, offer TEXT NOT NULL, day TEXT NOT NULL, quantity TEXT NOT NULL, price TEXT NOT NULL,
            vat TEXT NOT NULL, PRIMARY KEY (draft, offer, day)) WITHOUT ROWID;`);
    const order = base.prepare('INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?)');
    const line = base.prepare('INSERT OR IGNORE INTO line VALUES (?, ?, ?, ?, ?, ?)');
    const keep = push => {
        for (const { a } of push.cmds) {
            order.run(a.draft, a.site, a.cycle, a.total_seen);
            for (const { offer, delivery_on, quantity, price_seen, vat_seen } of a.lines) {
                line.run(a.draft, offer, delivery_on, quantity, price_seen, vat_seen);
            }
        }
    };
    return { one: base.transaction(keep), many: base.transaction(pushes => pushes.forEach(keep)) };
}

module.exports = { open };
