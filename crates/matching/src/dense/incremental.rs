//! An assignment that is kept best while rows, columns and costs change.
//!
//! Prices are kept from one change to the next, so that a change costs one shortest path, or two: I. H. Toroslu and G.
//! Üçoluk 2007, "Incremental assignment problem", Information Sciences 177; G. A. Mills-Tettey, A. Stentz and M. B. Dias
//! 2007, "The dynamic Hungarian algorithm for the assignment problem with changing costs", sections 3 and 4. A new row
//! takes a shortest path to a free column. A column that has become free but still has a price takes the way back: rows
//! move to it as long as that is worth more than the price of the column they leave.

use super::NONE;
use super::cost::Cost;
use super::kernels::{Find, LeastReduced, Relax};
use super::solver::{check_range, is_unusable, sign_of, unusable_value};
use crate::error::{Error, Fault, HallViolator, List};
use crate::goal::Goal;
use crate::simd::Level;

/// Keeps a best assignment of all rows to columns while the problem changes.
///
/// Rows and columns are named by numbers that stay theirs; the number of one that was removed goes to the next that
/// is added. A change that would leave a row without a column is refused with an error and changes nothing. Costs: each
/// change O(rows × columns) at worst and a few lines of the matrix as a rule. Memory: 16 bytes an entry, as the
/// matrix is kept by rows and by columns.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::Goal;
/// use deskmatch_matching::dense::Incremental;
///
/// let mut assignment = Incremental::new(2, Goal::Minimise);
/// let first = assignment.insert_row(&[1i32, 4])?;
/// let second = assignment.insert_row(&[2, 9])?;
/// assert_eq!((assignment.column_of(first), assignment.column_of(second)), (Some(1), Some(0)));
/// assert_eq!(assignment.objective(), 6);
///
/// assignment.remove_row(second)?;
/// assert_eq!(assignment.column_of(first), Some(0));
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Incremental<T: Cost> {
    goal: Goal,
    level: Level,
    rows: Side,
    columns: Side,
    taken: Vec<f64>,
    closed: Vec<(u32, f64)>,
    kind: std::marker::PhantomData<T>,
}

/// Rows, or columns.
#[derive(Clone, Debug, Default)]
struct Side {
    /// The costs of each one, as a line; infinity where the other one is gone.
    lines: Vec<Vec<f64>>,
    alive: Vec<bool>,
    /// Numbers that are free to be used again.
    gone: Vec<u32>,
    partner: Vec<u32>,
    /// INVARIANT: row price + column price <= cost, with equality where matched; a column's price is at most 0,
    /// and 0 where it is free.
    price: Vec<f64>,
    /// Prices as a search sees them: minus infinity where the distance is final.
    open: Vec<f64>,
    distance: Vec<f64>,
    before: Vec<u32>,
}

impl Side {
    /// Finds a number for a new one with these costs.
    fn add(&mut self, line: Vec<f64>) -> u32 {
        let number = self.gone.pop().unwrap_or(self.lines.len() as u32);
        if number as usize == self.lines.len() {
            self.lines.push(Vec::new());
            self.alive.push(false);
            self.partner.push(NONE);
            self.price.push(0.0);
            self.open.push(0.0);
            self.distance.push(f64::INFINITY);
            self.before.push(NONE);
        }
        self.lines[number as usize] = line;
        self.alive[number as usize] = true;
        self.set_price(number, 0.0);
        number
    }

    fn set_price(&mut self, number: u32, price: f64) {
        self.price[number as usize] = price;
        self.open[number as usize] = price;
    }

    fn change_price(&mut self, number: u32, by: f64) {
        self.set_price(number, self.price[number as usize] + by);
    }

    /// Writes the costs of a new or changed line into the lines that cross it.
    fn cross(&mut self, place: u32, costs: &[f64]) {
        for (line, &cost) in self.lines.iter_mut().zip(costs) {
            match line.get_mut(place as usize) {
                Some(entry) => *entry = cost,
                None => line.push(cost),
            }
        }
    }
}

impl<T: Cost> Incremental<T> {
    /// Starts with columns and no rows.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Goal;
    /// use deskmatch_matching::dense::Incremental;
    ///
    /// assert_eq!(Incremental::<i64>::new(3, Goal::Maximise).objective(), 0);
    /// ```
    #[must_use]
    pub fn new(columns: usize, goal: Goal) -> Self {
        let mut side = Side::default();
        for _ in 0..columns {
            side.add(Vec::new());
        }
        Self {
            goal,
            level: Level::detect(),
            rows: Side::default(),
            columns: side,
            taken: Vec::new(),
            closed: Vec::new(),
            kind: std::marker::PhantomData,
        }
    }

    /// Adds a row with a value for each column number and returns its number. What stands for a column that is gone is
    /// not read.
    ///
    /// # Errors
    ///
    /// [`Infeasible`](crate::ErrorKind::Infeasible) where no column can be found for it;
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch), [`NotANumber`](crate::ErrorKind::NotANumber) and
    /// [`ValueOutOfRange`](crate::ErrorKind::ValueOutOfRange) as for [`Solver::solve`](super::Solver::solve).
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::dense::Incremental;
    /// use deskmatch_matching::{ErrorKind, Goal};
    ///
    /// let mut assignment = Incremental::new(1, Goal::Maximise);
    /// assignment.insert_row(&[7.5])?;
    /// assert_eq!(assignment.insert_row(&[9.0]).unwrap_err().kind(), ErrorKind::Infeasible);
    /// assert_eq!(assignment.objective(), 7.5);
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn insert_row(&mut self, values: &[T]) -> Result<usize, Error> {
        let line = self.costs(values, &self.columns.alive, true)?;
        let row = self.rows.add(line);
        self.show_row(row);
        match self.place(row) {
            Ok(()) => Ok(row as usize),
            Err(error) => {
                self.hide_row(row);
                Err(error)
            }
        }
    }

    /// Removes a row.
    ///
    /// # Errors
    ///
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where there is no such row.
    ///
    /// # Examples
    ///
    /// See [`Incremental`].
    pub fn remove_row(&mut self, row: usize) -> Result<(), Error> {
        check_number(&self.rows, row, List::Rows)?;
        self.take_out(row as u32);
        Ok(())
    }

    /// Adds a column with a value for each row number and returns its number.
    ///
    /// # Errors
    ///
    /// As [`insert_row`](Self::insert_row), but never infeasible.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Goal;
    /// use deskmatch_matching::dense::Incremental;
    ///
    /// let mut assignment = Incremental::new(1, Goal::Minimise);
    /// let row = assignment.insert_row(&[5i32])?;
    /// let column = assignment.insert_column(&[3])?;
    /// assert_eq!(assignment.column_of(row), Some(column));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn insert_column(&mut self, values: &[T]) -> Result<usize, Error> {
        let line = self.costs(values, &self.rows.alive, false)?;
        let column = self.columns.add(line);
        let Self { rows, columns, .. } = self;
        rows.cross(column, &columns.lines[column as usize]);
        let line = &self.columns.lines[column as usize];
        let least = self.level.run(LeastReduced { line, sign: 1.0, price: &self.rows.price });
        if least < 0.0 {
            self.columns.set_price(column, least);
            self.give_away(column);
        }
        Ok(column as usize)
    }

    /// Removes a column; its row finds another one.
    ///
    /// # Errors
    ///
    /// [`Infeasible`](crate::ErrorKind::Infeasible) where its row finds none, and the column stays;
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where there is no such column.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Goal;
    /// use deskmatch_matching::dense::Incremental;
    ///
    /// let mut assignment = Incremental::new(2, Goal::Minimise);
    /// let row = assignment.insert_row(&[5i32, 6])?;
    /// assignment.remove_column(0)?;
    /// assert_eq!(assignment.column_of(row), Some(1));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn remove_column(&mut self, column: usize) -> Result<(), Error> {
        check_number(&self.columns, column, List::Columns)?;
        let gone = column as u32;
        let (row, price) = (self.columns.partner[column], self.columns.price[column]);
        let line =
            std::mem::replace(&mut self.columns.lines[column], vec![f64::INFINITY; self.rows.lines.len()]);
        self.rows.cross(gone, &self.columns.lines[column]);
        self.columns.alive[column] = false;
        self.columns.partner[column] = NONE;
        self.columns.set_price(gone, 0.0);
        if row != NONE {
            self.rows.partner[row as usize] = NONE;
            if let Err(error) = self.place(row) {
                self.rows.cross(gone, &line);
                self.columns.lines[column] = line;
                self.columns.alive[column] = true;
                self.columns.set_price(gone, price);
                self.join(row, gone);
                return Err(error);
            }
        }
        self.columns.gone.push(gone);
        Ok(())
    }

    /// Changes the value of a pair.
    ///
    /// # Errors
    ///
    /// [`Infeasible`](crate::ErrorKind::Infeasible) where the pair becomes forbidden and the row finds no other column, and
    /// [`LengthMismatch`](crate::ErrorKind::LengthMismatch) where there is no such row or column; nothing changes then.
    /// [`NotANumber`](crate::ErrorKind::NotANumber) and [`ValueOutOfRange`](crate::ErrorKind::ValueOutOfRange) for
    /// the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use deskmatch_matching::Goal;
    /// use deskmatch_matching::dense::Incremental;
    ///
    /// let mut assignment = Incremental::new(2, Goal::Minimise);
    /// let row = assignment.insert_row(&[5i32, 6])?;
    /// assignment.set_value(row, 0, 7)?;
    /// assert_eq!(assignment.column_of(row), Some(1));
    /// # Ok::<(), deskmatch_matching::Error>(())
    /// ```
    pub fn set_value(&mut self, row: usize, column: usize, value: T) -> Result<(), Error> {
        check_number(&self.rows, row, List::Rows)?;
        check_number(&self.columns, column, List::Columns)?;
        let cost = value.load(sign_of(self.goal));
        if is_unusable(cost) {
            return Err(unusable_value(row, column, value));
        }
        if cost.is_finite() {
            check_range::<T>(cost.abs(), self.shorter())?;
        }
        let old = self.rows.lines[row][column];
        let matched = self.rows.partner[row] == column as u32;
        if !matched && cost >= self.rows.price[row] + self.columns.price[column] {
            self.rows.lines[row][column] = cost;
            self.columns.lines[column][row] = cost;
            return Ok(());
        }
        let mut line = self.take_out(row as u32);
        line[column] = cost;
        self.put_back(row as u32, line);
        let Err(error) = self.place(row as u32) else { return Ok(()) };
        let mut line = self.take_out(row as u32);
        line[column] = old;
        self.put_back(row as u32, line);
        // The row had a place with its old costs, and nobody else has come.
        self.place(row as u32).map_err(|_| error.clone())?;
        Err(error)
    }

    /// Returns the column of a row, or `None` where there is no such row.
    ///
    /// # Examples
    ///
    /// See [`Incremental`].
    #[must_use]
    pub fn column_of(&self, row: usize) -> Option<usize> {
        self.rows.partner.get(row).filter(|&&column| column != NONE).map(|&column| column as usize)
    }

    /// Returns the sum of the values of all pairs. Costs O(rows).
    ///
    /// # Examples
    ///
    /// See [`Incremental`].
    #[must_use]
    pub fn objective(&self) -> T::Total {
        let sign = sign_of(self.goal);
        let pairs = self.rows.partner.iter().zip(&self.rows.lines).filter(|&(&column, _)| column != NONE);
        T::total_of(pairs.map(|(&column, line)| line[column as usize] * sign))
    }

    fn shorter(&self) -> usize {
        self.rows.lines.len().min(self.columns.lines.len()) + 1
    }

    /// The costs of a new row or column.
    fn costs(&self, values: &[T], across: &[bool], is_row: bool) -> Result<Vec<f64>, Error> {
        if values.len() != across.len() {
            let list = if is_row { List::Columns } else { List::Rows };
            return Err(Fault::LengthMismatch { list, expected: across.len(), found: values.len() }.into());
        }
        let sign = sign_of(self.goal);
        let mut magnitude = 0.0f64;
        let mut costs = Vec::with_capacity(values.len());
        for (place, (&value, &alive)) in values.iter().zip(across).enumerate() {
            let cost = if alive { value.load(sign) } else { f64::INFINITY };
            if is_unusable(cost) {
                let (row, column) =
                    if is_row { (self.rows.lines.len(), place) } else { (place, self.columns.lines.len()) };
                return Err(unusable_value(row, column, value));
            }
            if cost.is_finite() {
                magnitude = magnitude.max(cost.abs());
            }
            costs.push(cost);
        }
        check_range::<T>(magnitude, self.shorter())?;
        Ok(costs)
    }

    fn show_row(&mut self, row: u32) {
        let Self { rows, columns, .. } = self;
        columns.cross(row, &rows.lines[row as usize]);
    }

    fn hide_row(&mut self, row: u32) -> Vec<f64> {
        let nothing = vec![f64::INFINITY; self.columns.lines.len()];
        self.columns.cross(row, &nothing);
        self.rows.alive[row as usize] = false;
        self.rows.gone.push(row);
        std::mem::replace(&mut self.rows.lines[row as usize], nothing)
    }

    /// Removes a row and gives its column away.
    fn take_out(&mut self, row: u32) -> Vec<f64> {
        let column = std::mem::replace(&mut self.rows.partner[row as usize], NONE);
        let line = self.hide_row(row);
        if column != NONE {
            self.columns.partner[column as usize] = NONE;
            if self.columns.price[column as usize] < 0.0 {
                self.give_away(column);
            }
        }
        line
    }

    /// Brings back a row that was taken out last.
    fn put_back(&mut self, row: u32, line: Vec<f64>) {
        let again = self.rows.add(line);
        debug_assert_eq!(again, row, "the number that was freed last is used first");
        self.show_row(row);
    }

    fn join(&mut self, row: u32, column: u32) {
        self.rows.partner[row as usize] = column;
        self.columns.partner[column as usize] = row;
    }

    /// Finds a column for a row, by a shortest path. On an error nothing has changed.
    fn place(&mut self, first: u32) -> Result<(), Error> {
        let columns = &mut self.columns;
        columns.distance.fill(f64::INFINITY);
        self.taken.clear();
        let taken = |&row: &u32| if row == NONE { 0.0 } else { f64::INFINITY };
        self.taken.extend(columns.partner.iter().map(taken));
        self.closed.clear();
        let (mut row, mut base) = (first, 0.0);
        let length = loop {
            let (open, free) = self.level.run(Relax {
                line: &self.rows.lines[row as usize],
                sign: 1.0,
                row,
                base,
                price: &columns.open,
                distance: &mut columns.distance,
                row_before: &mut columns.before,
                taken: &self.taken,
            });
            if open == f64::INFINITY {
                return Err(self.stuck(first));
            }
            if free <= open {
                break free;
            }
            let Some(next) = self.level.run(Find { values: &columns.distance, wanted: open }) else {
                return Err(self.stuck(first));
            };
            self.closed.push((next as u32, open));
            columns.distance[next] = f64::INFINITY;
            columns.open[next] = f64::NEG_INFINITY;
            row = columns.partner[next];
            base = open - self.rows.price[row as usize];
        };
        let free = |column: &usize| columns.distance[*column] == length && columns.partner[*column] == NONE;
        let end = (0..columns.distance.len()).find(free).unwrap_or(0) as u32;
        for &(column, distance) in &self.closed {
            self.columns.change_price(column, distance - length);
            self.rows.change_price(self.columns.partner[column as usize], length - distance);
        }
        self.rows.set_price(first, length);
        let mut column = end;
        loop {
            let row = self.columns.before[column as usize];
            let left = self.rows.partner[row as usize];
            self.join(row, column);
            if row == first {
                return Ok(());
            }
            column = left;
        }
    }

    /// Lets rows move to a free column that has a price, until the column that is left over has none.
    fn give_away(&mut self, first: u32) {
        let rows = &mut self.rows;
        rows.distance.fill(f64::INFINITY);
        self.taken.clear();
        self.taken.resize(rows.distance.len(), f64::INFINITY);
        self.closed.clear();
        let (mut column, mut base) = (first, -self.columns.price[first as usize]);
        let (mut length, mut end) = (base, first);
        loop {
            if base < length {
                (length, end) = (base, column);
            }
            let (open, _) = self.level.run(Relax {
                line: &self.columns.lines[column as usize],
                sign: 1.0,
                row: column,
                base,
                price: &rows.open,
                distance: &mut rows.distance,
                row_before: &mut rows.before,
                taken: &self.taken,
            });
            if open >= length {
                break;
            }
            let Some(next) = self.level.run(Find { values: &rows.distance, wanted: open }) else { break };
            self.closed.push((next as u32, open));
            rows.distance[next] = f64::INFINITY;
            rows.open[next] = f64::NEG_INFINITY;
            column = rows.partner[next];
            base = open - self.columns.price[column as usize];
        }
        self.columns.change_price(first, length);
        for &(row, distance) in &self.closed {
            self.columns.change_price(self.rows.partner[row as usize], length - distance);
            self.rows.change_price(row, distance - length);
        }
        // Rounding must not leave a price on a column that nobody has.
        self.columns.set_price(end, 0.0);
        if end == first {
            return;
        }
        // Each row moves to the column from which it was reached, and frees its own.
        let mut mover = std::mem::replace(&mut self.columns.partner[end as usize], NONE);
        loop {
            let to = self.rows.before[mover as usize];
            let next = self.columns.partner[to as usize];
            self.join(mover, to);
            if to == first {
                return;
            }
            mover = next;
        }
    }

    fn stuck(&mut self, first: u32) -> Error {
        let mut rows = vec![first];
        let mut columns = Vec::new();
        for &(column, _) in &self.closed {
            self.columns.open[column as usize] = self.columns.price[column as usize];
            rows.push(self.columns.partner[column as usize]);
            columns.push(column);
        }
        rows.sort_unstable();
        columns.sort_unstable();
        let capacity = columns.len() as u64;
        Fault::Infeasible(HallViolator { rows, columns, capacity }).into()
    }

    /// Checks all invariants; for tests and debug builds. Costs O(rows × columns).
    #[cfg(test)]
    fn check(&self) {
        for (row, line) in self.rows.lines.iter().enumerate().filter(|&(row, _)| self.rows.alive[row]) {
            let own = self.rows.partner[row] as usize;
            assert_eq!(self.columns.partner[own] as usize, row);
            let reduced = |column: usize| line[column] - self.rows.price[row] - self.columns.price[column];
            assert_eq!(reduced(own), 0.0);
            assert!((0..line.len()).all(|column| reduced(column) >= 0.0));
        }
        for (column, line) in self.columns.lines.iter().enumerate() {
            let price = self.columns.price[column];
            assert!(price <= 0.0 && (self.columns.partner[column] != NONE || price == 0.0));
            assert!(line.iter().enumerate().all(|(row, &cost)| cost == self.rows.lines[row][column]));
        }
    }
}

fn check_number(side: &Side, number: usize, list: List) -> Result<(), Error> {
    if side.alive.get(number) == Some(&true) {
        return Ok(());
    }
    Err(Fault::LengthMismatch { list, expected: number.saturating_add(1), found: side.lines.len() }.into())
}

#[cfg(test)]
mod tests;
