//! Connections as kitchens have them: slow, cut in the middle, never finished.

use std::time::Duration;

use support::{
    browser::{Api, MercurialeProcess},
    fleet::{Device, Pushed, Shelf},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

#[tokio::test]
async fn a_push_cut_at_any_byte_stores_all_of_it_or_nothing() {
    let server = MercurialeProcess::start().await;
    let kitchen = Api::sign_in(&server.address(), "cuisine").await;
    let shelf = Shelf::of(kitchen.catalog().await);
    let mut expected = kitchen.orders_of_site().await;
    let mut device = Device::new(&kitchen.me().await, 1);
    let body = device.seal(&shelf, 12);
    let request = kitchen.raw_post("/sync/v1/push", &body);
    for part in 1..=16 {
        let mut line = connect(&server).await;
        line.write_all(&request[..request.len() * part / 17]).await.unwrap();
        drop(line);
    }
    sleep(Duration::from_millis(200)).await;
    assert_eq!(kitchen.last_applied(device.outbox()).await, 0, "half a push is no push");
    // Whole, but who asked does not wait for the answer.
    let mut line = connect(&server).await;
    line.write_all(&request).await.unwrap();
    drop(line);
    // Then at one byte a moment, as a bad line does.
    let mut line = connect(&server).await;
    for piece in request.chunks(64) {
        line.write_all(piece).await.unwrap();
        sleep(Duration::from_millis(2)).await;
    }
    let mut answer = vec![0; 12];
    line.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 200");
    expected.extend(device.orders());
    assert_eq!(kitchen.orders_of_site().await, expected, "said twice, stored once");
}

#[tokio::test]
async fn connections_that_never_finish_keep_nobody_out() {
    let server = MercurialeProcess::start().await;
    let kitchen = Api::sign_in(&server.address(), "cuisine").await;
    let shelf = Shelf::of(kitchen.catalog().await);
    let mut device = Device::new(&kitchen.me().await, 2);
    let mut idle = Vec::new();
    for _ in 0..300 {
        let mut line = connect(&server).await;
        line.write_all(b"POST /sync/v1/push HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n")
            .await
            .unwrap();
        idle.push(line);
    }
    let pushed = timeout(Duration::from_secs(10), device.push(&kitchen, &shelf, 12)).await;
    assert_eq!(pushed.unwrap(), Pushed::Acknowledged);
}

async fn connect(server: &MercurialeProcess) -> TcpStream {
    let address = server.address();
    TcpStream::connect(address.trim_start_matches("http://")).await.unwrap()
}
