//! A cable that counts what goes through it, both ways.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// An address before another.
pub(super) struct Relay {
    address: String,
    bytes: Arc<AtomicU64>,
}

impl Relay {
    /// Before the server at `address`, for as long as the program lives.
    pub(super) fn before(address: &str) -> Self {
        let target = address.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let bytes = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&bytes);
        thread::spawn(move || {
            for browser in listener.incoming().flatten() {
                if let Ok(server) = TcpStream::connect(&target) {
                    join(browser, server, &counter);
                }
            }
        });
        Self { address, bytes }
    }

    /// Where it listens, without a final slash.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Counts from zero again.
    pub(super) fn forget(&self) {
        self.bytes.store(0, Ordering::Relaxed);
    }

    /// What went through.
    #[expect(clippy::cast_precision_loss, reason = "a few kilobytes")]
    pub(super) fn bytes(&self) -> f64 {
        self.bytes.load(Ordering::Relaxed) as f64
    }
}

fn join(browser: TcpStream, server: TcpStream, counter: &Arc<AtomicU64>) {
    let (Ok(from_browser), Ok(from_server)) = (browser.try_clone(), server.try_clone()) else { return };
    for (from, to) in [(from_browser, server), (from_server, browser)] {
        let counter = Arc::clone(counter);
        thread::spawn(move || carry(from, to, &counter));
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, counter: &AtomicU64) {
    let mut buffer = vec![0; 16 * 1_024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        counter.fetch_add(length as u64, Ordering::Relaxed);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // Whoever is at the other end must see that nothing more comes.
    let _ = to.shutdown(std::net::Shutdown::Write);
}
