//! Small random questions, and the answer by trying everything.

#![allow(dead_code, reason = "each test file uses its own part")]

use deskmatch_matching::{Cover, Goal, Problem, Solution, Unmatched};
use proptest::collection::vec;
use proptest::prelude::*;

/// A problem with a goal and a cover.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) problem: Problem,
    pub(crate) goal: Goal,
    pub(crate) cover: Cover,
}

/// How good an assignment is: the number of rows of each rank, best rank first, then the gain. Larger is better.
pub(crate) type Quality = (Vec<usize>, i128);

/// Generates problems of up to 6 rows and 5 columns with forbidden pairs, and capacities from 0 to 3.
pub(crate) fn questions(
    values: impl Strategy<Value = i64> + Clone + 'static,
) -> impl Strategy<Value = Question> {
    (0..=6usize, 0..=5usize).prop_flat_map(move |(rows, columns)| {
        let arcs = vec(vec(prop::option::weighted(0.7, values.clone()), columns), rows);
        let capacities = vec(prop_oneof![1 => Just(0u32), 4 => Just(1), 2 => Just(2), 1 => Just(3)], columns);
        (arcs, capacities, goals(), covers(rows, values.clone())).prop_map(
            move |(arcs, capacities, goal, cover)| Question {
                problem: sparse(columns, &arcs, capacities),
                goal,
                cover,
            },
        )
    })
}

pub(crate) fn goals() -> impl Strategy<Value = Goal> {
    prop_oneof![Just(Goal::Minimise), Just(Goal::Maximise)]
}

fn covers(rows: usize, values: impl Strategy<Value = i64> + Clone + 'static) -> impl Strategy<Value = Cover> {
    prop_oneof![
        Just(Cover::AllRows),
        values.clone().prop_map(|value| Cover::Optional { unmatched: Unmatched::Uniform(value) }),
        vec(values, rows).prop_map(|values| Cover::Optional { unmatched: Unmatched::PerRow(values) }),
        vec(prop_oneof![Just(0u32), Just(1), Just(7), Just(u32::MAX)], rows)
            .prop_map(|rank| Cover::MostRows { rank }),
    ]
}

pub(crate) fn sparse(columns: usize, arcs: &[Vec<Option<i64>>], capacities: Vec<u32>) -> Problem {
    let mut builder = Problem::builder(columns);
    for row in arcs {
        builder.push_row((0..).zip(row).filter_map(|(column, value)| Some((column, (*value)?))));
    }
    builder.capacities(capacities).build().expect("generated problems are valid")
}

/// Judges an assignment, or `None` where it breaks a rule.
pub(crate) fn quality(question: &Question, columns: &[Option<u32>]) -> Option<Quality> {
    let Question { problem, goal, cover } = question;
    let mut room: Vec<u32> = (0..problem.columns()).filter_map(|column| problem.capacity(column)).collect();
    let mut counts = match cover {
        Cover::MostRows { rank } => vec![0; distinct(rank).len()],
        Cover::AllRows | Cover::Optional { .. } => Vec::new(),
    };
    let mut gain = 0;
    for (row, &column) in columns.iter().enumerate() {
        if let Some(column) = column {
            gain += goal.gain(problem.value(row, column)?);
            let room = &mut room[column as usize];
            *room = room.checked_sub(1)?;
        }
        match (cover, column) {
            (Cover::AllRows, None) => return None,
            (Cover::Optional { unmatched }, None) => gain += goal.gain(unmatched.get(row)?),
            (Cover::MostRows { rank }, Some(_)) => {
                counts[distinct(rank).iter().position(|&other| other == rank[row])?] += 1;
            }
            _ => {}
        }
    }
    Some((counts, gain))
}

fn distinct(rank: &[u32]) -> Vec<u32> {
    let mut distinct = rank.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

/// Tries every assignment and returns the best quality, or `None` where nothing is allowed.
pub(crate) fn brute_force(question: &Question) -> Option<Quality> {
    fn visit(question: &Question, columns: &mut Vec<Option<u32>>, best: &mut Option<Quality>) {
        let row = columns.len();
        if row == question.problem.rows() {
            *best = quality(question, columns).max(best.take());
            return;
        }
        let arcs: Vec<u32> = question.problem.row(row).map(|(column, _)| column).collect();
        for column in std::iter::once(None).chain(arcs.into_iter().map(Some)) {
            let load = columns.iter().filter(|&&other| column.is_some() && other == column).count();
            if column
                .is_none_or(|column| (load as u32) < question.problem.capacity(column as usize).unwrap_or(0))
            {
                columns.push(column);
                visit(question, columns, best);
                columns.pop();
            }
        }
    }
    let mut best = None;
    visit(question, &mut Vec::new(), &mut best);
    best
}

/// The objective that an assignment should state, or `None` where it uses a pair without an arc.
pub(crate) fn objective(question: &Question, columns: &[Option<u32>]) -> Option<i128> {
    let term = |(row, &column): (usize, &Option<u32>)| match (column, &question.cover) {
        (Some(column), _) => question.problem.value(row, column).map(i128::from),
        (None, Cover::Optional { unmatched }) => unmatched.get(row).map(i128::from),
        (None, _) => Some(0),
    };
    columns.iter().enumerate().map(term).sum()
}

/// A generator of numbers for problems too large for proptest to shrink (Marsaglia's xorshift64, 2003).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

/// The number of rows that each column holds.
pub(crate) fn loads(problem: &Problem, solution: &Solution) -> Vec<u32> {
    let mut loads = vec![0; problem.columns()];
    for &column in solution.columns.iter().flatten() {
        loads[column as usize] += 1;
    }
    loads
}
