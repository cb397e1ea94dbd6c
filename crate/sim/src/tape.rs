//! An append-only run of bytes in sealed pieces, so that a copy of a long file costs little.

use bytes::Bytes;

const PIECE: usize = 16 * 1024;

/// A file that only grows at its end. Each piece starts with a record, so the newest records are found
/// without reading the rest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tape {
    sealed: Vec<Bytes>,
    sealed_len: usize,
    open: Vec<u8>,
}

impl Tape {
    /// Adds one record.
    pub(crate) fn append(&mut self, record: &[u8]) {
        if self.open.len() + record.len() > PIECE && !self.open.is_empty() {
            self.sealed_len += self.open.len();
            self.sealed.push(std::mem::take(&mut self.open).into());
        }
        self.open.extend_from_slice(record);
    }

    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.sealed_len + self.open.len()
    }

    /// Cuts it to its first `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        while len < self.sealed_len {
            let piece = self.sealed.pop().expect("the sealed length counts sealed pieces");
            self.sealed_len -= piece.len();
            self.open = piece.to_vec();
        }
        self.open.truncate(len - self.sealed_len);
    }

    /// Changes one byte; false when there is no such byte.
    pub(crate) fn flip(&mut self, offset: usize) -> bool {
        let tail = offset.checked_sub(self.sealed_len);
        if let Some(byte) = tail.and_then(|tail| self.open.get_mut(tail)) {
            *byte ^= 0xff;
            return true;
        }
        let mut start = 0;
        for piece in &mut self.sealed {
            if let Some(byte) = offset.checked_sub(start).filter(|&at| at < piece.len()) {
                let mut bytes = piece.to_vec();
                bytes[byte] ^= 0xff;
                *piece = bytes.into();
                return true;
            }
            start += piece.len();
        }
        false
    }

    /// The pieces in order, each with the offset of its first byte.
    pub(crate) fn pieces(&self) -> impl DoubleEndedIterator<Item = (usize, &[u8])> {
        let mut end = 0;
        let mut starts: Vec<(usize, &[u8])> = Vec::with_capacity(self.sealed.len() + 1);
        for piece in self.sealed.iter().map(|piece| &piece[..]).chain([&self.open[..]]) {
            starts.push((end, piece));
            end += piece.len();
        }
        starts.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_is_its_records_in_order_however_it_is_cut() {
        let mut tape = Tape::default();
        let mut whole = Vec::new();
        for n in 0..5000_u32 {
            tape.append(&n.to_le_bytes().repeat(3));
            whole.extend(n.to_le_bytes().repeat(3));
        }
        let bytes =
            |tape: &Tape| tape.pieces().flat_map(|(_, piece)| piece.to_vec()).collect::<Vec<u8>>();
        for cut in [whole.len(), 36_000, 24, 12, 0] {
            tape.truncate(cut);
            assert_eq!(tape.len(), cut);
            assert_eq!(bytes(&tape), whole[..cut]);
            let mut longer = tape.clone();
            longer.append(b"more");
            assert_eq!(longer.len(), cut + 4);
            assert_eq!(bytes(&tape).len(), cut, "the original is untouched");
        }
    }

    #[test]
    fn any_byte_can_be_flipped() {
        let mut tape = Tape::default();
        for _ in 0..3000 {
            tape.append(&[0; 12]);
        }
        for offset in [0, 11, PIECE - 5, PIECE, 35_999] {
            assert!(tape.flip(offset));
        }
        assert!(!tape.flip(36_000));
        let changed = tape
            .pieces()
            .flat_map(|(_, piece)| piece.to_vec())
            .filter(|&byte| byte == 0xff)
            .count();
        assert_eq!(changed, 5);
    }
}
