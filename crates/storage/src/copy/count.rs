//! Whether two tables hold the same rows, whatever order they come in.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};

use super::Batch;

/// How many rows there are, and the sum of their SHA-256 hashes modulo 2^256.
///
/// It tells accidents from equality; against forgery there is the seal of a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub rows: u64,
    sum: [u8; 32],
}

impl Count {
    /// Adds the rows of a batch.
    pub fn add(&mut self, batch: &Batch) {
        for line in batch.lines.lines() {
            self.rows += 1;
            let mut carry = 0;
            for (have, more) in self.sum.iter_mut().zip(digest(&SHA256, line.as_bytes()).as_ref()) {
                let [low, high] = (u16::from(*have) + u16::from(*more) + carry).to_le_bytes();
                *have = low;
                carry = u16::from(high);
            }
        }
    }

    /// The sum, in hex.
    pub fn checksum(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sum.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(lines: &str) -> Count {
        let mut count = Count::default();
        count.add(&Batch { table: "t".into(), lines: lines.into() });
        count
    }

    #[test]
    fn the_order_of_rows_does_not_matter_and_each_of_them_does() {
        assert_eq!(count("[1]\n[2]\n[3]\n"), count("[3]\n[1]\n[2]\n"));
        assert_ne!(count("[1]\n[2]\n"), count("[1]\n[3]\n"));
        assert_ne!(count("[1]\n[1]\n").checksum(), count("[1]\n").checksum());
        let mut apart = count("[1]\n");
        apart.add(&Batch { table: "t".into(), lines: "[2]\n".into() });
        assert_eq!(apart, count("[1]\n[2]\n"));
    }
}
