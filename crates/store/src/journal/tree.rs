//! The Merkle tree of RFC 6962: leaf and node hashes, and the few complete subtrees a root needs.
//!
//! Every complete subtree is stored once, as the node at `level` (0 for leaves) and `place`, and never
//! changes. The root of a tree of any size is made from at most one of them a level.

use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// The root of a tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest(b"").into()
}

/// The hash of a leaf: of a zero byte and the event's canonical bytes.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(bytes);
    hasher.finalize().into()
}

/// The hash of two subtrees: of a one byte and both their hashes.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut both = [1; 65];
    both[1..33].copy_from_slice(left);
    both[33..].copy_from_slice(right);
    Sha256::digest(both).into()
}

/// A complete subtree of 2^level leaves, the `place`th of its level from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Zero for leaves.
    pub level: u32,
    /// From zero.
    pub place: u64,
    /// The hash of everything below.
    pub hash: Hash,
}

/// The complete subtrees a tree of this size is made of, largest and leftmost first: one for each bit.
pub fn peaks_of(size: u64) -> impl Iterator<Item = (u32, u64)> {
    (0..u64::BITS)
        .rev()
        .filter(move |level| size >> level & 1 == 1)
        .map(move |level| (level, (size >> level) - 1))
}

/// A growing tree: its size and its complete subtrees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// As [`peaks_of`] the size says.
    peaks: Vec<Hash>,
}

impl Tree {
    /// A tree of this size from the hashes of its complete subtrees, in the order of [`peaks_of`];
    /// `None` when there are not as many as the size needs.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == peaks_of(size).count()).then_some(Self { size, peaks })
    }

    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf and reports every subtree it completes, the leaf itself first.
    pub fn push(&mut self, leaf: Hash, mut made: impl FnMut(Node)) {
        let mut node = Node {
            level: 0,
            place: self.size,
            hash: leaf,
        };
        made(node);
        while self.size >> node.level & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            node = Node {
                level: node.level + 1,
                place: node.place / 2,
                hash: node_hash(&left, &node.hash),
            };
            made(node);
        }
        self.peaks.push(node.hash);
        self.size += 1;
    }

    /// The root over all leaves.
    pub fn root(&self) -> Hash {
        let mut right_to_left = self.peaks.iter().rev();
        match right_to_left.next() {
            None => empty_root(),
            Some(last) => right_to_left.fold(*last, |right, left| node_hash(left, &right)),
        }
    }
}

/// How many complete subtrees a tree of this size has in all.
pub fn nodes_in(size: u64) -> u64 {
    (0..u64::BITS).map(|level| size >> level).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeMap;

    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;

    use super::*;

    fn grow(leaves: &[Vec<u8>]) -> (Tree, BTreeMap<(u32, u64), Hash>) {
        let mut tree = Tree::default();
        let mut nodes = BTreeMap::new();
        for leaf in leaves {
            tree.push(leaf_hash(leaf), |node| {
                assert!(nodes.insert((node.level, node.place), node.hash).is_none());
            });
        }
        (tree, nodes)
    }

    fn theirs(leaves: &[Vec<u8>]) -> Hash {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for leaf in leaves {
            tree.push(leaf.clone());
        }
        (*tree.root().as_bytes()).into()
    }

    #[test]
    fn the_roots_of_the_certificate_transparency_test_data() {
        // Inputs and roots of the reference implementation's tests for RFC 6962.
        let leaves: Vec<Vec<u8>> = ["", "00", "10", "2021", "3031", "40414243"]
            .iter()
            .map(|hex| data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap())
            .collect();
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        ];
        for (size, root) in roots.iter().enumerate() {
            let (tree, _) = grow(&leaves[..size]);
            assert_eq!(data_encoding::HEXLOWER.encode(&tree.root()), *root);
        }
    }

    proptest! {
        #[test]
        fn our_roots_are_those_of_another_implementation(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..200)
        ) {
            let (tree, nodes) = grow(&leaves);
            prop_assert_eq!(tree.root(), theirs(&leaves));
            prop_assert_eq!(nodes.len() as u64, nodes_in(leaves.len() as u64));
        }

        #[test]
        fn a_tree_is_taken_up_again_from_its_stored_nodes(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8), 0..100),
            more in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8), 0..20),
        ) {
            let (_, nodes) = grow(&leaves);
            let size = leaves.len() as u64;
            let peaks = peaks_of(size).map(|place| nodes[&place]).collect();
            let mut tree = Tree::from_peaks(size, peaks).unwrap();
            for leaf in &more {
                tree.push(leaf_hash(leaf), |_| ());
            }
            let all: Vec<_> = leaves.into_iter().chain(more).collect();
            prop_assert_eq!(tree, grow(&all).0);
        }

        #[test]
        fn a_changed_leaf_changes_the_root(
            mut leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..8), 1..50),
            which in any::<prop::sample::Index>(),
        ) {
            let before = grow(&leaves).0.root();
            let which = which.index(leaves.len());
            leaves[which][0] ^= 1;
            prop_assert_ne!(grow(&leaves).0.root(), before);
        }
    }
}
