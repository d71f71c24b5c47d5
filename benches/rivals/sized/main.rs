//! Solves the instances of the generalised assignment problem in a folder, both ways, and prints a table.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its user")]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cpu_time::ProcessTime;
use deskmatch_matching::Goal;
use deskmatch_matching::sized::{Options, Problem, Sizes, Solution, solve, verify};

/// What is known of one instance and goal: the best answer and the best bound, in either order.
type Known = BTreeMap<String, (i128, i128)>;

/// One line of the table.
struct Measured {
    name: String,
    goal: Goal,
    solution: Solution,
    known: (i128, i128),
    cpu_ms: f64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rest @ ..] = &arguments[..] else {
        eprintln!("usage: sized_rows FOLDER [STEPS] [NAME-PREFIX]");
        return ExitCode::FAILURE;
    };
    match run(Path::new(folder), rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path, rest: &[String]) -> Result<(), Box<dyn Error>> {
    let known = read_known(&std::fs::read_to_string(folder.join("bounds.txt"))?)?;
    let steps = rest.first().map(|steps| steps.parse()).transpose()?.unwrap_or(Options::default().steps);
    let prefix = rest.get(1).map_or("", String::as_str);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_none_or(|extension| extension == "zip"));
    files.sort();
    println!(
        "| instance | goal | answer | bound | proved | best known | best bound | gap to it, % | steps, M | CPU, ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut all = Vec::new();
    for path in files {
        let name = path.file_stem().ok_or("a file has no name")?.to_string_lossy().into_owned();
        if !name.starts_with(prefix) {
            continue;
        }
        let problem = read_problem(&text(&path)?)?;
        for (goal, suffix) in [(Goal::Minimise, "Min"), (Goal::Maximise, "Max")] {
            let known = *known.get(&format!("{name}_{suffix}")).ok_or("an instance has no known bounds")?;
            let options = Options { steps, ..Options::default() };
            let start = ProcessTime::now();
            let solution = solve(&problem, goal, &options)?;
            let cpu_ms = start.elapsed().as_secs_f64() * 1e3;
            verify(&problem, goal, None, &solution)?;
            let measured = Measured { name: name.clone(), goal, solution, known, cpu_ms };
            measured.print();
            all.push(measured);
        }
    }
    summarise(&all);
    Ok(())
}

impl Measured {
    /// The best answer and the best bound that are known.
    fn best(&self) -> (i128, i128) {
        let (low, high) = self.known;
        if self.goal == Goal::Minimise { (high, low) } else { (low, high) }
    }

    /// How far the answer is from the best bound known, in per cent.
    fn gap(&self) -> f64 {
        let (_, bound) = self.best();
        self.solution.objective.abs_diff(bound) as f64 / bound.unsigned_abs() as f64 * 100.0
    }

    fn print(&self) {
        let Solution { objective, bound, steps, .. } = &self.solution;
        let (best, best_bound) = self.best();
        println!(
            "| {} | {} | {objective} | {bound} | {} | {best} | {best_bound} | {:.3} | {} | {:.0} |",
            self.name,
            goal_name(self.goal),
            if self.solution.is_optimal() { "yes" } else { "" },
            self.gap(),
            steps / 1_000_000,
            self.cpu_ms,
        );
    }
}

fn goal_name(goal: Goal) -> &'static str {
    match goal {
        Goal::Minimise => "min",
        Goal::Maximise => "max",
    }
}

fn summarise(all: &[Measured]) {
    println!();
    println!(
        "| class | goal | instances | mean gap, % | largest gap, % | proved | mean CPU, ms | largest CPU, ms |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for goal in [Goal::Minimise, Goal::Maximise] {
        let mut classes: BTreeMap<String, Vec<&Measured>> = BTreeMap::new();
        for measured in all.iter().filter(|measured| measured.goal == goal) {
            let small = measured.name.contains('_');
            let class = format!("{}{}", &measured.name[..1], if small { ", up to 10 x 60" } else { "" });
            classes.entry(class).or_default().push(measured);
            classes.entry("~ all".into()).or_default().push(measured);
        }
        for (class, of_class) in classes {
            let count = of_class.len() as f64;
            let mean = |of: fn(&Measured) -> f64| of_class.iter().map(|one| of(one)).sum::<f64>() / count;
            let most = |of: fn(&Measured) -> f64| of_class.iter().map(|one| of(one)).fold(0.0, f64::max);
            println!(
                "| {} | {} | {count} | {:.3} | {:.3} | {} | {:.0} | {:.0} |",
                class.trim_start_matches("~ "),
                goal_name(goal),
                mean(Measured::gap),
                most(Measured::gap),
                of_class.iter().filter(|one| one.solution.is_optimal()).count(),
                mean(|one| one.cpu_ms),
                most(|one| one.cpu_ms),
            );
        }
    }
}

/// Reads lines of a name and two numbers.
fn read_known(text: &str) -> Result<Known, Box<dyn Error>> {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, low, high] = words[..] else {
            return Err("a line of the bounds is not a name and two numbers".into());
        };
        Ok((name.to_owned(), (low.parse()?, high.parse()?)))
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(line).collect()
}

/// The text of a file, or of the only file in a zip archive.
fn text(path: &Path) -> Result<String, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    if !bytes.starts_with(b"PK\x03\x04") {
        return Ok(String::from_utf8(bytes)?);
    }
    let field = |at: usize| {
        bytes.get(at..at + 2).map_or(0, |field| usize::from(field[0]) | usize::from(field[1]) << 8)
    };
    // The header is 30 bytes, then a name and an extra field; the compressed data ends by itself.
    let start = 30 + field(26) + field(28);
    let mut text = String::new();
    let packed = bytes.get(start..).ok_or("the archive ends in its header")?;
    if field(8) == 0 {
        return Err("the archive is not compressed".into());
    }
    flate2::read::DeflateDecoder::new(packed).read_to_string(&mut text)?;
    Ok(text)
}

/// Columns and rows; then the values of each column; then the sizes; then the capacities.
fn read_problem(text: &str) -> Result<Problem, Box<dyn Error>> {
    let mut numbers = text.split_whitespace().map(str::parse::<u32>);
    let mut next = || numbers.next().ok_or("the file ends too early")?.map_err(Box::<dyn Error>::from);
    let (columns, rows) = (next()? as usize, next()? as usize);
    let mut turned = || -> Result<Vec<u32>, Box<dyn Error>> {
        let mut list = vec![0; rows * columns];
        for column in 0..columns {
            for row in 0..rows {
                list[row * columns + column] = next()?;
            }
        }
        Ok(list)
    };
    let (values, sizes) = (turned()?, turned()?);
    let values: Vec<i64> = values.into_iter().map(i64::from).collect();
    let capacities = (0..columns).map(|_| Ok(next()?.into())).collect::<Result<_, Box<dyn Error>>>()?;
    Ok(Problem::from_dense(rows, columns, &values, Sizes::PerPair(&sizes), capacities)?)
}
