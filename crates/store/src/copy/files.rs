//! The bytes of files, from the place of one store to that of another: each is read to its end where it
//! arrived and compared with its name. Nothing is taken away where it came from.

use crate::blob::{BlobName, Files, FilesError};
use crate::db::{Db, Sql};
use crate::{Keys, StoreError, args};

/// What became of the files of a store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CopiedFiles {
    /// Those that were written and compared.
    pub copied: u64,
    /// Those that were there already, whole.
    pub there: u64,
    /// Those that are lost or altered where they came from, and could not be copied.
    pub damaged: u64,
}

/// Copies every file that a record of `db` names. One that is damaged does not stop the others.
///
/// # Errors
/// [`StoreError::Files`] when one of the two places fails.
pub async fn copy_files(
    db: &Db,
    keys: &Keys,
    from: &Files,
    to: &Files,
) -> Result<CopiedFiles, StoreError> {
    const NAMED: Sql = Sql::new(
        "select f.blob from (
             select e.blob from evidence e where e.blob is not null
             union select u.blob from uploads u where u.blob is not null
         ) f where f.blob > $1 order by f.blob limit 500",
    );
    let (from, to) = (from.of(keys.origin()), to.of(keys.origin()));
    let mut done = CopiedFiles::default();
    let mut after = String::new();
    loop {
        let page: Vec<(String,)> = db.all(NAMED, args![&after]).await?;
        let Some((last,)) = page.last() else {
            return Ok(done);
        };
        after.clone_from(last);
        for (name,) in &page {
            let name = BlobName::read(name).ok_or(StoreError::Corrupt("piece of evidence"))?;
            match from.send(&name, &to).await {
                Ok(true) => done.copied += 1,
                Ok(false) => done.there += 1,
                Err(FilesError::Lost | FilesError::Altered) => done.damaged += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }
}
