//! Reading a file: opened piece by piece, each proved before it is given on.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use heyrick_domain::evidence::picture::Stripper;

use super::{BlobName, Files, FilesError, Opener};
use crate::keys::Secret;

/// The plain bytes of a file, piece by piece.
pub type Pieces = BoxStream<'static, Result<Bytes, FilesError>>;

impl Files {
    /// Opens a kept file; `stripper` takes place and device out on the way.
    ///
    /// # Errors
    /// [`FilesError::Lost`] when it is gone. That it was altered shows in the pieces.
    pub(crate) async fn open(
        &self,
        name: &BlobName,
        key: &Secret,
        bound_to: &[u8],
        stripper: Option<Stripper>,
    ) -> Result<Pieces, FilesError> {
        let reading = Reading {
            raw: self.raw(name).await?.boxed(),
            opener: Some(Opener::begin(key, bound_to)),
            stripper,
        };
        Ok(stream::try_unfold(reading, Reading::next).boxed())
    }
}

struct Reading {
    raw: Pieces,
    opener: Option<Opener>,
    stripper: Option<Stripper>,
}

impl Reading {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, FilesError> {
        while let Some(mut opener) = self.opener.take() {
            let plain = match self.raw.try_next().await? {
                Some(sealed) => {
                    let plain = opener.push(&sealed).map_err(|_| FilesError::Altered)?;
                    self.opener = Some(opener);
                    plain
                }
                None => opener.end().map_err(|_| FilesError::Altered)?,
            };
            let plain = self.stripped(plain);
            if !plain.is_empty() {
                return Ok(Some((plain.into(), self)));
            }
        }
        Ok(None)
    }

    fn stripped(&mut self, plain: Vec<u8>) -> Vec<u8> {
        let Some(stripper) = &mut self.stripper else {
            return plain;
        };
        let mut out = Vec::with_capacity(plain.len());
        stripper.feed(&plain, &mut out);
        out
    }
}
