//! How an answer was found.

/// Names the algorithm that found a [`Solution`](crate::Solution).
///
/// Which one is used follows from the problem alone, never from time; see [`solve`](crate::solve()). All of them are exact.
///
/// # Examples
///
/// ```
/// use deskmatch_matching::{Cover, Goal, Method, Problem, solve};
///
/// let problem = Problem::from_dense(2, 2, &[1, 2, 3, 4])?;
/// let solution = solve(&problem, Goal::Minimise, &Cover::AllRows)?;
/// assert_eq!(solution.method, Method::ShortestPaths);
/// assert_eq!(solution.method.code(), "shortest_paths");
/// # Ok::<(), deskmatch_matching::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Rows bid for places (Bertsekas and Castañón 1989).
    Auction,
    /// A spanning tree changes arc by arc (Dantzig 1951; Cunningham 1976).
    NetworkSimplex,
    /// Rows are placed one after the other (Jonker and Volgenant 1987).
    ShortestPaths,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 3] = [Self::Auction, Self::NetworkSimplex, Self::ShortestPaths];

    /// Returns the name as bindings and files write it: `auction`, `network_simplex` or `shortest_paths`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use deskmatch_matching::Method;
    /// assert_eq!(Method::NetworkSimplex.code(), "network_simplex");
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auction => "auction",
            Self::NetworkSimplex => "network_simplex",
            Self::ShortestPaths => "shortest_paths",
        }
    }
}
