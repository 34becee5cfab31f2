//! Encryption with a passphrase in the format of age (`age-encryption.org/v1`, recipient `scrypt`): `age --decrypt` opens
//! it too.
//!
//! The passphrase opens a small box with the file's own key (scrypt, ChaCha20-Poly1305); with that key follow chunks of 64
//! KiB, each with its number and a mark on the last, so that none can be left out, moved or cut off.

use std::io::{self, BufRead, Read, Write};

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;

use super::{Passphrase, Problem};

/// How every sealed file begins.
pub(super) const MAGIC: &[u8] = b"age-encryption.org/v1\n";
/// What one try of a passphrase costs: 2^16 steps and 64 MiB, a fifth of a second. A small server has no more to spare.
const WORK: u8 = 16;
/// What is paid at most to open a file that others sealed: 1 GiB.
const MOST_WORK: u8 = 20;
/// What is sealed at once.
const CHUNK: usize = 64 * 1024;
/// What the seal adds to a chunk.
const TAG: usize = 16;
/// The longest line of a header.
const LINE: u64 = 1024;

/// Seals what is written to it. Nothing is whole before [`Sealer::finish`].
pub(super) struct Sealer<W: Write> {
    inner: W,
    chunks: Chunks,
    waiting: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    /// Writes the header, with a key that only `passphrase` opens.
    pub(super) fn new(mut inner: W, passphrase: &Passphrase) -> io::Result<Self> {
        let (salt, file_key, nonce): ([u8; 16], [u8; 16], [u8; 16]) = (random()?, random()?, random()?);
        let wrap = LessSafeKey::new(unbound(&stretch(passphrase, &salt, WORK)?)?);
        let mut wrapped = file_key.to_vec();
        wrap.seal_in_place_append_tag(no_nonce(), Aad::empty(), &mut wrapped).map_err(|_| broken("the seal failed"))?;
        let mut header = MAGIC.to_vec();
        write!(header, "-> scrypt {} {WORK}\n{}\n---", BASE64.encode(salt), BASE64.encode(wrapped))?;
        let mac = hmac::sign(&header_key(&file_key)?, &header);
        writeln!(header, " {}", BASE64.encode(mac))?;
        inner.write_all(&header)?;
        inner.write_all(&nonce)?;
        Ok(Self { inner, chunks: Chunks::new(&file_key, &nonce)?, waiting: Vec::with_capacity(CHUNK + TAG) })
    }

    /// Seals what is left, as the last chunk.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        Ok(self.inner)
    }

    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let nonce = self.chunks.next(is_last)?;
        let sealed = self.chunks.key.seal_in_place_append_tag(nonce, Aad::empty(), &mut self.waiting);
        sealed.map_err(|_| broken("the seal failed"))?;
        self.inner.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until it is known that it is not the last.
        if self.waiting.len() == CHUNK && !bytes.is_empty() {
            self.seal(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.waiting.len());
        self.waiting.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Reads what a [`Sealer`] wrote. A chunk that was changed or is missing is an error of kind `InvalidData`.
pub(super) struct Opener<R: BufRead> {
    inner: R,
    chunks: Chunks,
    open: Vec<u8>,
    read: usize,
    is_over: bool,
}

impl<R: BufRead> Opener<R> {
    /// Reads the header; [`Problem::Passphrase`] if it does not open with `passphrase`.
    pub(super) fn new(mut inner: R, passphrase: &Passphrase) -> Result<Self, Problem> {
        let (magic, stanza) = (line(&mut inner)?, line(&mut inner)?);
        let (body, mac) = (line(&mut inner)?, line(&mut inner)?);
        let mut words = stanza.strip_prefix("-> scrypt ").unwrap_or_default().split(' ');
        let salt = decoded(words.next()).filter(|salt| salt.len() == 16);
        let work = words.next().and_then(|work| work.parse().ok()).filter(|work| *work <= MOST_WORK);
        let (Some(salt), Some(work), None) = (salt, work, words.next()) else {
            return Err(Problem::damaged("it is not sealed with a passphrase"));
        };
        let mut wrapped = decoded(Some(&body)).ok_or_else(header_is_damaged)?;
        let wrap = LessSafeKey::new(unbound(&stretch(passphrase, &salt, work)?)?);
        let file_key = wrap.open_in_place(no_nonce(), Aad::empty(), &mut wrapped).map_err(|_| Problem::Passphrase)?;
        let mac = decoded(mac.strip_prefix("--- ")).ok_or_else(header_is_damaged)?;
        let header = format!("{magic}\n{stanza}\n{body}\n---");
        hmac::verify(&header_key(file_key)?, header.as_bytes(), &mac).map_err(|_| header_is_damaged())?;
        let mut nonce = [0; 16];
        inner.read_exact(&mut nonce)?;
        Ok(Self { chunks: Chunks::new(file_key, &nonce)?, inner, open: Vec::new(), read: 0, is_over: false })
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        let most = u64::try_from(CHUNK + TAG).map_err(io::Error::other)?;
        self.open.clear();
        self.read = 0;
        self.inner.by_ref().take(most).read_to_end(&mut self.open)?;
        self.is_over = self.inner.fill_buf()?.is_empty();
        let nonce = self.chunks.next(self.is_over)?;
        let opened = self.chunks.key.open_in_place(nonce, Aad::empty(), &mut self.open);
        let length = opened.map_err(|_| broken("a part was changed or is missing"))?.len();
        self.open.truncate(length);
        Ok(())
    }
}

impl<R: BufRead> Read for Opener<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.read == self.open.len() && !self.is_over {
            self.next_chunk()?;
        }
        let mut rest = self.open.get(self.read..).unwrap_or_default();
        let taken = rest.read(into)?;
        self.read += taken;
        Ok(taken)
    }
}

/// The key of the chunks and the number of the next.
struct Chunks {
    key: LessSafeKey,
    number: u64,
}

impl Chunks {
    fn new(file_key: &[u8], nonce: &[u8; 16]) -> io::Result<Self> {
        Ok(Self { key: LessSafeKey::new(unbound(&derived(nonce, file_key, b"payload")?)?), number: 0 })
    }

    /// Eleven bytes of number, one that says whether it is the last.
    fn next(&mut self, is_last: bool) -> io::Result<Nonce> {
        let mut nonce = [0; 12];
        let [_, _, _, number @ .., last] = &mut nonce;
        *number = self.number.to_be_bytes();
        *last = u8::from(is_last);
        self.number = self.number.checked_add(1).ok_or_else(|| broken("it is too long"))?;
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

/// From the passphrase to a key, at the price of 2^`work` steps.
fn stretch(passphrase: &Passphrase, salt: &[u8], work: u8) -> io::Result<[u8; 32]> {
    let params = scrypt::Params::new(work, 8, 1).map_err(|_| broken("its work factor is wrong"))?;
    let mut key = [0; 32];
    let salt = [b"age-encryption.org/v1/scrypt", salt].concat();
    scrypt::scrypt(passphrase.0.as_bytes(), &salt, &params, &mut key)
        .map_err(|_| broken("its work factor is wrong"))?;
    Ok(key)
}

fn derived(salt: &[u8], key: &[u8], what: &[u8]) -> io::Result<[u8; 32]> {
    let mut derived = [0; 32];
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(key);
    let what = [what];
    let expanded = extracted.expand(&what, hkdf::HKDF_SHA256).and_then(|expanded| expanded.fill(&mut derived));
    expanded.map_err(|_| broken("no key could be derived"))?;
    Ok(derived)
}

fn header_key(file_key: &[u8]) -> io::Result<hmac::Key> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &derived(&[], file_key, b"header")?))
}

fn unbound(key: &[u8; 32]) -> io::Result<UnboundKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| broken("the key has a wrong length"))
}

/// The box with the file's key is sealed once with a key that is used for nothing else.
fn no_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn random() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| broken("there is no randomness"))?;
    Ok(bytes)
}

fn decoded(text: Option<&str>) -> Option<Vec<u8>> {
    BASE64.decode(text?).ok()
}

/// A line of the header without its end.
fn line(from: &mut impl BufRead) -> Result<String, Problem> {
    let mut line = String::new();
    from.take(LINE).read_line(&mut line).map_err(|_| header_is_damaged())?;
    Ok(line.strip_suffix('\n').ok_or_else(header_is_damaged)?.to_owned())
}

fn header_is_damaged() -> Problem {
    Problem::damaged("its header is not whole")
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sealed by rage, another hand's age, with the passphrase `richtig pferd`.
    const ANOTHERS: &[u8] = include_bytes!("another.age");

    fn passphrase(text: &str) -> Passphrase {
        Passphrase(text.to_owned())
    }

    fn sealed(content: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(Vec::new(), &passphrase("richtig pferd")).expect("a header");
        sealer.write_all(content).expect("a seal");
        sealer.finish().expect("an end")
    }

    fn opened(sealed: &[u8]) -> io::Result<Vec<u8>> {
        let opener = Opener::new(sealed, &passphrase("richtig pferd"));
        let mut content = Vec::new();
        opener.map_err(|problem| io::Error::other(problem.to_string()))?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn what_another_program_sealed_is_opened() {
        assert_eq!(opened(ANOTHERS).expect("its content"), "Der Brunnen läuft wieder.\n".as_bytes());
    }

    #[test]
    fn everything_comes_back_whatever_its_length() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7] {
            let content: Vec<u8> = (0..=255).cycle().take(length).collect();
            let sealed = sealed(&content);
            assert!(sealed.starts_with(MAGIC));
            assert!(opened(&sealed).expect("its content") == content, "{length}");
        }
    }

    #[test]
    fn a_wrong_passphrase_opens_nothing() {
        let refused = Opener::new(ANOTHERS, &passphrase("falsch pferd")).err().expect("a refusal");
        assert!(matches!(refused, Problem::Passphrase));
    }

    #[test]
    fn what_was_changed_cut_off_or_added_is_noticed() {
        let whole = sealed(&vec![7; 2 * CHUNK + 100]);
        for at in [0, 30, 60, 90, 120, 200, CHUNK, 2 * CHUNK, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(opened(&changed).is_err(), "byte {at} changed");
        }
        let start = whole.len() - (2 * (CHUNK + TAG) + 100 + TAG);
        for length in [0, 10, 100, start, start + CHUNK + TAG, start + 2 * (CHUNK + TAG), whole.len() - 1] {
            assert!(opened(&whole[..length]).is_err(), "cut off after {length}");
        }
        assert!(opened(&[whole.as_slice(), b"x"].concat()).is_err());
    }
}
