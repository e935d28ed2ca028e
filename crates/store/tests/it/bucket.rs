//! An S3 server in this process, over real HTTP with signed requests, its objects in a temporary folder.
//!
//! Its limits (s3s-fs): no versions, no locks on objects, no rules that take old things away, and what it
//! keeps is a plain file, so a test can alter it by hand.

use std::path::PathBuf;

use heyrick_store::blob::{Files, S3};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;

pub const ACCESS: &str = "heyrick-tests";
const SECRET: &str = "not a secret at all";

/// The server; it ends with the test's runtime, its folder when this is dropped.
pub struct Bucket {
    folder: TempDir,
    pub place: S3,
}

impl Bucket {
    /// Where the server keeps the objects of the bucket.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join(&self.place.bucket)
    }

    pub fn files(&self) -> Files {
        Files::s3(&self.place).unwrap()
    }
}

pub async fn bucket() -> Bucket {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("evidence")).unwrap();
    let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
    service.set_auth(SimpleAuth::from_single(ACCESS, SECRET));
    let service = service.build();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    Bucket {
        folder,
        place: S3 {
            endpoint: Some(format!("http://127.0.0.1:{port}")),
            region: "eu-west-2".to_owned(),
            bucket: "evidence".to_owned(),
            access_key: ACCESS.to_owned(),
            secret_key: SECRET.to_owned(),
        },
    }
}
