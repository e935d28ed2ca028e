//! Words that are kept as codes: an enum, all of them in the order they are offered, each with the word the
//! store and the API keep, read back from it.

/// Makes such an enum; with `in "area"` each word also names its key in the catalogues.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name { $($(#[$about])* #[serde(rename = $code)] $variant),* }

        impl $name {
            /// All of them, in the order they are offered.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word kept in the store and in the API.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// Reads [`Self::code`] back; `None` for any other word.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
    ($(#[$doc:meta])* $name:ident in $area:literal {
        $($(#[$about:meta])* $variant:ident = $code:literal),* $(,)?
    }) => {
        $crate::coded::words! {
            $(#[$doc])*
            $name { $($(#[$about])* $variant = $code),* }
        }

        impl $name {
            /// The key of its name in the catalogues.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => concat!($area, "-", $code)),* }
            }
        }
    };
}

pub(crate) use words;
