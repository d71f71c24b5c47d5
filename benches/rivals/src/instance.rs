//! Instance files: a header, then numbers in little-endian order.

use std::io::{Error, ErrorKind};

/// An instance as it stands in a file.
pub(crate) enum Instance {
    /// A matrix of costs in row-major order, infinity for a forbidden pair.
    Dense { rows: usize, columns: usize, costs: Vec<f64> },
    /// Rows with arcs to columns that take several rows each.
    Capacitated(Capacitated),
}

/// Rows with arcs to columns that take several rows each.
pub(crate) struct Capacitated {
    pub(crate) capacities: Vec<u32>,
    /// Arcs of row `i` are `starts[i]..starts[i + 1]`.
    pub(crate) starts: Vec<usize>,
    pub(crate) heads: Vec<u32>,
    pub(crate) costs: Vec<i64>,
}

impl Instance {
    pub(crate) fn read(path: &str) -> Result<Self, Error> {
        let bytes = std::fs::read(path)?;
        let mut reader = Reader { bytes: &bytes };
        match reader.take(8)?.first() {
            Some(b'D') => {
                let (rows, columns) = (reader.size()?, reader.size()?);
                Ok(Self::Dense { rows, columns, costs: reader.list(rows * columns, f64::from_le_bytes)? })
            }
            Some(b'S') => {
                let (rows, columns, arcs) = (reader.size()?, reader.size()?, reader.size()?);
                let capacities = reader.list(columns, |bytes| i64::from_le_bytes(bytes) as u32)?;
                let starts = reader.list(rows + 1, |bytes| i64::from_le_bytes(bytes) as usize)?;
                let heads = reader.list(arcs, |bytes: [u8; 4]| i32::from_le_bytes(bytes) as u32)?;
                reader.take(arcs % 2 * 4)?;
                let costs = reader.list(arcs, i64::from_le_bytes)?;
                Ok(Self::Capacitated(Capacitated { capacities, starts, heads, costs }))
            }
            _ => Err(Error::new(ErrorKind::InvalidData, "the file starts with neither `D` nor `S`")),
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) =
            self.bytes.split_at_checked(length).ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))?;
        self.bytes = rest;
        Ok(taken)
    }

    fn size(&mut self) -> Result<usize, Error> {
        Ok(self.list(1, u64::from_le_bytes)?.first().copied().unwrap_or(0) as usize)
    }

    fn list<const WIDTH: usize, V>(
        &mut self,
        length: usize,
        turn: impl Fn([u8; WIDTH]) -> V,
    ) -> Result<Vec<V>, Error> {
        let bytes = self.take(length * WIDTH)?;
        Ok(bytes.as_chunks::<WIDTH>().0.iter().map(|&chunk| turn(chunk)).collect())
    }
}
