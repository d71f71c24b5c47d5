//! Every instruction set comes to the same.

use super::*;

struct All<'a>(&'a [f64; 16], &'a [f64; 16]);

impl Kernel for All<'_> {
    type Output = ([u32; 2], [[u64; 16]; 6], u64, (u64, u32, u64));

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Self::Output {
        let Self(first, second) = self;
        let (least, hits, next) = with.two_least(first, second);
        let masks = [with.below(first, second[0]), with.equal(first, second[0])];
        // Of differences that are not a number, signs may differ.
        let bits = |values: [f64; 16]| values.map(|value| if value.is_nan() { 0 } else { value.to_bits() });
        let step = Step { costs: first, prices: second, base: first[0], mark: 3.0 };
        let (shortest, marks) = with.shorten(step, first, second);
        (
            masks,
            [
                bits(with.lower(first, second)),
                bits(with.add(first, second)),
                bits(with.subtract(first, second)),
                bits(with.without(first, second[0])),
                bits(shortest),
                bits(marks),
            ],
            with.least(first).to_bits(),
            (least.to_bits(), hits, next.to_bits()),
        )
    }
}

struct Short<'a>(&'a [i16; 32], &'a [i16; 32], u16);

impl Kernel for Short<'_> {
    type Output = (u16, Option<usize>, u32, [u16; 32]);

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Self::Output {
        let Self(first, second, wanted) = self;
        let (a, b) = (first.map(|value| value as u16), second.map(|value| value as u16));
        let lane = usize::from(wanted) % 32;
        let (sum, below) = (with.first_sum(first, second, wanted), with.below_short(&a, wanted));
        (with.least_short(&a), sum, below, with.with_lane(&a, &b, lane))
    }
}

#[test]
fn every_instruction_set_gives_the_same_short_numbers() {
    let mut numbers = crate::numbers::Numbers::new(5);
    for limit in [3, 40, 1 << 16] {
        for _ in 0..300 {
            let mut values = || numbers.below(limit) as u16 as i16;
            let (first, second): ([i16; 32], [i16; 32]) =
                (std::array::from_fn(|_| values()), std::array::from_fn(|_| values()));
            let lane = numbers.below(32) as usize;
            for wanted in [first[lane].saturating_add(second[lane]) as u16, 7] {
                let expected = Level::SCALAR.run(Short(&first, &second, wanted));
                for &level in Level::available() {
                    assert_eq!(level.run(Short(&first, &second, wanted)), expected, "{level:?} {first:?}");
                }
            }
        }
    }
}

struct Words<'a>(&'a Table, &'a [u32; 32], u32);

impl Kernel for Words<'_> {
    type Output = (Vec<u32>, [u32; 16]);

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Self::Output {
        let Self(table, words, which) = self;
        let mut to = [0; 32];
        with.compress(words, which, &mut to);
        let places = std::array::from_fn(|lane| words[lane]);
        (to[..which.count_ones() as usize].to_vec(), with.look_up(table, &places))
    }
}

#[test]
fn every_instruction_set_moves_and_looks_up_the_same_words() {
    let mut numbers = crate::numbers::Numbers::new(6);
    let table: Table = std::array::from_fn(|_| numbers.below(1 << 32) as u32);
    for round in 0..300 {
        let words = std::array::from_fn(|_| numbers.below(1 << 32) as u32);
        let which = match round {
            0 => 0,
            1 => u32::MAX,
            _ => numbers.below(1 << 32) as u32,
        };
        let expected = Level::SCALAR.run(Words(&table, &words, which));
        let first = (which != 0).then(|| words[which.trailing_zeros() as usize]);
        assert_eq!(expected.0.first().copied(), first);
        assert_eq!(expected.1[3], table[words[3] as usize % TABLE]);
        for &level in Level::available() {
            assert_eq!(level.run(Words(&table, &words, which)), expected, "{level:?} {words:?} {which:b}");
        }
    }
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    let mut numbers = crate::numbers::Numbers::new(4);
    for limit in [2, 5, 40, 1 << 40] {
        for _ in 0..200 {
            let mut values = || {
                let number = numbers.below(limit) as f64 - 1.0;
                match numbers.below(8) {
                    0 => f64::INFINITY,
                    1 => -0.0,
                    _ => number,
                }
            };
            let (first, second) = (std::array::from_fn(|_| values()), std::array::from_fn(|_| values()));
            let expected = Level::SCALAR.run(All(&first, &second));
            for &level in Level::available() {
                assert_eq!(level.run(All(&first, &second)), expected, "{level:?} {first:?} {second:?}");
            }
        }
    }
}
