//! Sorting, and gathering in order, where it is seldom done or few things are there.
//!
//! The library's sorts are made for long lists, and each type and each comparison gets some ten kilobytes of them: half a megabyte of a
//! program that embeds the engine. Here all types share one sort, over places. It calls the comparison by a pointer and makes a list of
//! the places, so long lists on busy roads are better off with the library's.
//!
//! Public for the crates of this repository alone; no part of the interface.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Sorts; what is equal keeps its order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    // Most lists are so short.
    if items.len() > 1 {
        let order = order(items.len(), &mut |a, b| compare(&items[a], &items[b]));
        put_in_order(items, order);
    }
}

/// As [`sort_by`], by the items themselves.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// As [`sort_by`], by what is asked of each item, more than once.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// As [`sort_by_key`], with what is asked of each item once, and kept meanwhile.
pub fn sort_by_cached_key<T, K: Ord>(items: &mut [T], key: impl FnMut(&T) -> K) {
    if items.len() > 1 {
        let keys: Vec<K> = items.iter().map(key).collect();
        let order = order(items.len(), &mut |a, b| keys[a].cmp(&keys[b]));
        put_in_order(items, order);
    }
}

/// A set of all items. The library's way sorts them first.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    items.into_iter().for_each(|item| {
        set.insert(item);
    });
    set
}

/// A map of all pairs, the last where keys are equal. The library's way sorts them first.
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    pairs.into_iter().for_each(|(key, value)| {
        map.insert(key, value);
    });
    map
}

/// Sorts a few items, which need no room. O(n²), so lists have an end that is not far.
pub fn sort_few<T: Ord>(items: &mut [T]) {
    for end in 1..items.len() {
        let mut place = end;
        while place > 0 && items[place] < items[place - 1] {
            items.swap(place, place - 1);
            place -= 1;
        }
    }
}

/// For each place, where the item is that belongs there. Compiled once for all types.
///
/// Merges runs of one, of two, of four and so on: the library's way takes 20 times as much code, and no less time where the comparison is
/// called by a pointer.
fn order(length: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    let mut merged = order.clone();
    let mut run = 1;
    while run < length {
        for (runs, merged) in order.chunks(2 * run).zip(merged.chunks_mut(2 * run)) {
            let (left, right) = runs.split_at(run.min(runs.len()));
            merge(left, right, merged, compare);
        }
        std::mem::swap(&mut order, &mut merged);
        run *= 2;
    }
    order
}

fn merge(
    left: &[usize],
    right: &[usize],
    merged: &mut [usize],
    compare: &mut dyn FnMut(usize, usize) -> Ordering,
) {
    let (mut from_left, mut from_right) = (left.iter(), right.iter());
    // Many lists come in order.
    let in_order = match (left.last(), right.first()) {
        (Some(&a), Some(&b)) => compare(a, b).is_le(),
        _ => true,
    };
    for place in merged {
        let next = match (from_left.as_slice().first(), from_right.as_slice().first()) {
            (Some(&a), Some(&b)) if !in_order && compare(a, b).is_gt() => from_right.next(),
            (Some(_), _) => from_left.next(),
            (None, _) => from_right.next(),
        };
        if let Some(&next) = next {
            *place = next;
        }
    }
}

fn put_in_order<T>(items: &mut [T], mut order: Vec<usize>) {
    for begin in 0..items.len() {
        let mut place = begin;
        // Along one cycle, whose places are marked as right on the way.
        loop {
            let from = std::mem::replace(&mut order[place], place);
            if from == begin {
                break;
            }
            items.swap(place, from);
            place = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn items_are_sorted_as_the_library_sorts_them(items in prop::collection::vec((0_u8..20, 0_u16..), 0..200)) {
            let (mut expected, mut all) = (items.clone(), items.clone());
            expected.sort();
            sort(&mut all);
            prop_assert_eq!(&all, &expected);
            let (mut expected, mut by_key) = (items.clone(), items.clone());
            expected.sort_by_key(|item| std::cmp::Reverse(item.0));
            sort_by_key(&mut by_key, |item| std::cmp::Reverse(item.0));
            prop_assert_eq!(&by_key, &expected, "what is equal keeps its order");
            let mut few = items.clone();
            sort_few(&mut few);
            prop_assert_eq!(&few, &all);
            let mut by_cached_key = items;
            sort_by_cached_key(&mut by_cached_key, |item| std::cmp::Reverse(item.0));
            prop_assert_eq!(by_cached_key, expected, "what is equal keeps its order");
        }

        #[test]
        fn items_are_gathered_as_the_library_gathers_them(pairs in prop::collection::vec((0_u8..40, 0_u16..), 0..100)) {
            prop_assert_eq!(map(pairs.clone()), pairs.iter().copied().collect());
            prop_assert_eq!(set(pairs.clone()), pairs.into_iter().collect());
        }
    }
}
