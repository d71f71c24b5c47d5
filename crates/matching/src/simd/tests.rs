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
    type Output = (u16, Option<usize>, [u16; 32]);

    #[inline(always)]
    fn run<I: Instructions>(self, with: I) -> Self::Output {
        let Self(first, second, wanted) = self;
        let (a, b) = (first.map(|value| value as u16), second.map(|value| value as u16));
        let lane = usize::from(wanted) % 32;
        (with.least_short(&a), with.first_sum(first, second, wanted), with.with_lane(&a, &b, lane))
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
