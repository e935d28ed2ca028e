//! `heyrick serve`: the pages and the API, until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use heyrick_store::Clock;
use heyrick_store::holiday::holidays;
use heyrick_store::journal::sequencer::Sequencer;
use heyrick_store::occupy::{self, Use};
use heyrick_web::{App, Pages};
use heyrick_words::Words;
use tokio::net::TcpListener;

use crate::digest::Digests;
use crate::holidays::warnings;
use crate::place;
use crate::settings::{Serving, Where};
use crate::worker::{Work, Worker};

/// What a server needs besides its data, had before anything is made or changed.
#[derive(Debug)]
pub struct Doorway {
    words: Words,
    pages: Pages,
    listener: TcpListener,
}

impl Doorway {
    /// Reads words and pages, and takes the port.
    ///
    /// # Errors
    /// One sentence: no assets, or a port in use.
    pub async fn open(serving: &Serving) -> Result<Self> {
        let words = Words::shipped().context("the catalogues of words could not be read")?;
        Ok(Self {
            pages: Pages::shipped(&words).map_err(|missing| anyhow::anyhow!("{missing}"))?,
            listener: listen(serving.listen).await?,
            words,
        })
    }
}

/// Serves until SIGINT or SIGTERM, then finishes what was begun.
///
/// # Errors
/// One sentence when it cannot begin: no data, a newer database, another server.
pub async fn run(place: &Where, serving: Serving, doorway: Doorway) -> Result<()> {
    let Doorway {
        words,
        pages,
        listener,
    } = doorway;
    let db = place::database(place).await?;
    place::ours(&db).await?;
    let occupancy = occupy::occupy(&place.address, &db, &Clock::System, Use::Serve)
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let store = place::store_with_files(place, db).await?;
    let sequencer = Sequencer::start(&store, &place.checkpoints);
    let holidays = holidays(&store)
        .await
        .context("the bank holidays could not be read")?;
    for sentence in warnings(&holidays, store.today()) {
        eprintln!("heyrick: {sentence}");
    }
    let digests = serving.mail.map(|mail| Digests {
        mail,
        words: words.clone(),
        public_url: serving.web.public_url.clone(),
        holidays,
    });
    let worker = Worker::start(Work {
        store: store.clone(),
        delays: serving.web.delays,
        digests,
    });
    let public_url = serving.web.public_url.clone();
    let app = App {
        store: store.clone(),
        words,
        pages,
        settings: Arc::new(serving.web),
    };
    let router = heyrick_web::router(app).into_make_service_with_connect_info::<SocketAddr>();
    println!(
        "Heyrick is ready at {public_url} (listening on {})",
        serving.listen
    );
    axum::serve(listener, router)
        .with_graceful_shutdown(told_to_stop())
        .await
        .context("the server failed")?;
    worker.stop().await;
    sequencer.stop().await;
    occupancy
        .end()
        .await
        .context("the right to use the database could not be given back")?;
    store.db.close().await;
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!(
                "port {} is in use by another program; choose another with --listen",
                address.port()
            )
        }
        Err(error) => Err(error).with_context(|| format!("could not listen on {address}")),
    }
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    let mut terminate =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(terminate) => terminate,
            Err(_) => {
                let _ = interrupt.await;
                return;
            }
        };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
