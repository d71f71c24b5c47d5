//! Plays every case of the corpus.

use deskmatch_sim::case::play;
use deskmatch_tests::corpus;

#[test]
fn every_case_comes_out_as_it_says() {
    let cases = corpus();
    let mut failed = Vec::new();
    for case in &cases {
        let report = play(&case.case);
        assert!(report.steps() > 0, "{} has no steps", case.name);
        if !report.passed() {
            failed.push(format!("{}: {report}", case.name));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} cases differ:\n\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n\n")
    );
}

#[test]
fn every_title_is_its_own() {
    let cases = corpus();
    let mut titles: Vec<&str> = cases.iter().map(|case| case.case.title.as_str()).collect();
    titles.sort_unstable();
    for pair in titles.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}
