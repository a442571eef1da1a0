//! A server at its address: answering, doing what runs by itself, and stopping without losing anything.

use std::{future::Future, io, net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, signal, sync::watch, task::JoinHandle, time::timeout};

use crate::{config::Options, jobs, routes, state::AppState, store::Store};

/// How long requests under way may go on once the server was asked to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// A server that has its address, and does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: AppState,
}

impl Server {
    /// Takes an address. Port 0 is any free one.
    ///
    /// # Errors
    /// When the address is taken or not this machine's.
    pub async fn bind(listen: SocketAddr, store: Store, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, state: AppState::new(store, options) })
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` is over, then lets requests under way end, and closes the store.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (stopping, stopped) = watch::channel(false);
        let jobs = self.state.store.apart(jobs::run(self.state.clone(), stopped.clone()));
        let store = self.state.store.clone();
        let app = routes::router(self.state).into_make_service_with_connect_info::<SocketAddr>();
        let mut told = stopped;
        let answering = axum::serve(self.listener, app).with_graceful_shutdown(async move {
            let _ = told.changed().await;
        });
        let mut answering: JoinHandle<io::Result<()>> = tokio::spawn(async move { answering.await });
        let ended = tokio::select! {
            ended = &mut answering => Some(ended),
            () = stop => None,
        };
        let _ = stopping.send(true);
        store.say_farewell();
        let ended = match ended {
            Some(ended) => ended,
            None => timeout(FAREWELL, &mut answering).await.unwrap_or(Ok(Ok(()))),
        };
        answering.abort();
        let _ = jobs.await;
        store.close().await;
        ended.unwrap_or(Ok(()))
    }
}

/// Serves until the machine asks to stop (Ctrl-C, SIGTERM).
///
/// # Errors
/// When the address is taken, or the listener fails.
pub async fn serve(listen: SocketAddr, store: Store, options: Options) -> io::Result<()> {
    Server::bind(listen, store, options).await?.run(asked_to_stop()).await
}

/// Over when the machine asks this process to stop.
pub async fn asked_to_stop() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
