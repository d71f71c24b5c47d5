//! Records in numbered slots.

use deskmatch_matching::fetch;

/// Records in slots that are used again. No decision depends on a slot's number.
#[derive(Clone)]
pub(crate) struct Slab<T> {
    slots: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub(crate) fn insert(&mut self, record: T) -> u32 {
        match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = Some(record);
                slot
            }
            None => {
                self.slots.push(Some(record));
                self.slots.len() as u32 - 1
            }
        }
    }

    pub(crate) fn remove(&mut self, slot: u32) -> Option<T> {
        let record = self.slots.get_mut(slot as usize)?.take();
        if record.is_some() {
            self.free.push(slot);
        }
        record
    }

    /// Removes a record that nobody wants any more.
    pub(crate) fn forget(&mut self, slot: u32) {
        if let Some(place) = self.slots.get_mut(slot as usize)
            && place.is_some()
        {
            *place = None;
            self.free.push(slot);
        }
    }

    /// Puts a record back into the slot it was removed from.
    pub(crate) fn put_back(&mut self, slot: u32, record: T) {
        if let Some(place) = self.free.iter().rposition(|free| *free == slot) {
            self.free.remove(place);
        }
        self.slots[slot as usize] = Some(record);
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> Option<&T> {
        self.slots.get(slot as usize)?.as_ref()
    }

    /// Asks for the first lines of memory of a record, which will be read soon.
    #[inline]
    pub(crate) fn call(&self, slot: u32, lines: usize) {
        fetch(self.slots.get(slot as usize..).unwrap_or_default(), lines);
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// One more than the highest slot there has been.
    pub(crate) fn bound(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.slots.iter().enumerate().filter_map(|(slot, record)| Some((slot as u32, record.as_ref()?)))
    }

    pub(crate) fn slots(&self) -> Vec<u32> {
        self.iter().map(|(slot, _)| slot).collect()
    }
}

/// A slot that is known to be occupied.
impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, slot: u32) -> &T {
        self.slots[slot as usize].as_ref().expect("slots are handed out with a record in them")
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut T {
        self.slots[slot as usize].as_mut().expect("slots are handed out with a record in them")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_used_again_and_records_can_be_put_back() {
        let mut slab = Slab::default();
        let (a, b) = (slab.insert("a"), slab.insert("b"));
        assert_eq!(slab.remove(a), Some("a"));
        assert_eq!((slab.len(), slab.get(a)), (1, None));
        slab.put_back(a, "a");
        assert_eq!((slab[a], slab[b], slab.len()), ("a", "b", 2));
        assert_eq!(slab.insert("c"), 2);
    }
}
