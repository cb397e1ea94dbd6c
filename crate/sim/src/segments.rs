//! An append-only run of bytes in sealed segments, so that a copy of a long file costs little.

use bytes::Bytes;

const SEGMENT: usize = 16 * 1024;

/// A file that only grows at its end. Each segment starts with a record, so the newest records are found
/// without reading the rest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    sealed: Vec<Bytes>,
    sealed_len: usize,
    open: Vec<u8>,
}

impl Segments {
    /// Adds one record.
    pub(crate) fn append(&mut self, record: &[u8]) {
        if self.open.len() + record.len() > SEGMENT && !self.open.is_empty() {
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
            let segment = self.sealed.pop().expect("the sealed length counts sealed segments");
            self.sealed_len -= segment.len();
            self.open = segment.to_vec();
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
        for segment in &mut self.sealed {
            if let Some(byte) = offset.checked_sub(start).filter(|&at| at < segment.len()) {
                let mut bytes = segment.to_vec();
                bytes[byte] ^= 0xff;
                *segment = bytes.into();
                return true;
            }
            start += segment.len();
        }
        false
    }

    /// The segments in order, each with the offset of its first byte.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (usize, &[u8])> {
        let mut end = 0;
        let mut starts: Vec<(usize, &[u8])> = Vec::with_capacity(self.sealed.len() + 1);
        for segment in self.sealed.iter().map(|segment| &segment[..]).chain([&self.open[..]]) {
            starts.push((end, segment));
            end += segment.len();
        }
        starts.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_is_its_records_in_order_however_it_is_cut() {
        let mut segments = Segments::default();
        let mut whole = Vec::new();
        for n in 0..5000_u32 {
            segments.append(&n.to_le_bytes().repeat(3));
            whole.extend(n.to_le_bytes().repeat(3));
        }
        let bytes = |segments: &Segments| {
            segments.iter().flat_map(|(_, segment)| segment.to_vec()).collect::<Vec<u8>>()
        };
        for cut in [whole.len(), 36_000, 24, 12, 0] {
            segments.truncate(cut);
            assert_eq!(segments.len(), cut);
            assert_eq!(bytes(&segments), whole[..cut]);
            let mut longer = segments.clone();
            longer.append(b"more");
            assert_eq!(longer.len(), cut + 4);
            assert_eq!(bytes(&segments).len(), cut, "the original is untouched");
        }
    }

    #[test]
    fn any_byte_can_be_flipped() {
        let mut segments = Segments::default();
        for _ in 0..3000 {
            segments.append(&[0; 12]);
        }
        for offset in [0, 11, SEGMENT - 5, SEGMENT, 35_999] {
            assert!(segments.flip(offset));
        }
        assert!(!segments.flip(36_000));
        let changed = segments
            .iter()
            .flat_map(|(_, segment)| segment.to_vec())
            .filter(|&byte| byte == 0xff)
            .count();
        assert_eq!(changed, 5);
    }
}
