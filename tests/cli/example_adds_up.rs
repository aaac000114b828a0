//! Stories about the examples themselves: the figures that their documents quote follow from the files beside them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;

use crate::sandbox::{Sandbox, examples};

/// Net present value of yearly amounts at 10 %; the first is today's.
fn npv(amounts: &[f64]) -> f64 {
    let year = |at: usize| 1.1_f64.powi(i32::try_from(at).expect("there are few years"));
    amounts.iter().enumerate().map(|(at, amount)| amount / year(at)).sum()
}

/// The folder of a competency in an example.
fn folder(example: &str, code: &str) -> PathBuf {
    let root = examples().join(example);
    let entries = fs::read_dir(root).expect("the example can be listed").map(|entry| entry.expect("it can be read"));
    let mut paths = entries.map(|entry| entry.path());
    let is_it = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(code));
    paths.find(is_it).expect("the competency has a folder")
}

/// The document of a competency, which must hold each of these texts.
fn says(example: &str, code: &str, wanted: &[String]) {
    let text = fs::read_to_string(folder(example, code).join("evidence.md")).expect("the document can be read");
    for words in wanted {
        assert!(text.contains(words.as_str()), "{code} does not say {words:?}");
    }
}

/// A list of comma-separated values as maps from heading to field.
fn list(example: &str, code: &str, file: &str) -> Vec<BTreeMap<String, String>> {
    let path = folder(example, code).join("artefacts").join(file);
    let text = fs::read_to_string(path).expect("the list can be read");
    let fields = |line: &str| {
        let quoted = line
            .split('"')
            .enumerate()
            .map(|(at, piece)| if at % 2 == 0 { piece.replace(',', "\t") } else { piece.into() });
        quoted.collect::<String>().split('\t').map(str::to_owned).collect::<Vec<_>>()
    };
    let mut lines = text.lines();
    let names = fields(lines.next().expect("a list has headings"));
    lines.map(|line| names.iter().cloned().zip(fields(line)).collect()).collect()
}

/// The cells of one sheet of a workbook, as it was last calculated.
fn sheet(code: &str, file: &str, number: usize) -> BTreeMap<String, f64> {
    let file = File::open(folder("complete", code).join("artefacts").join(file)).expect("the workbook can be opened");
    let mut workbook = zip::ZipArchive::new(file).expect("a workbook is an archive");
    let mut xml = String::new();
    let mut part = workbook.by_name(&format!("xl/worksheets/sheet{number}.xml")).expect("the sheet is there");
    part.read_to_string(&mut xml).expect("the sheet is a text");
    let cells = xml.split("<c ").skip(1).filter_map(|cell| {
        let cell = cell.split("</c>").next()?;
        let name = cell.split('"').nth(1)?.to_owned();
        let value = cell.split_once("<v>")?.1.split_once("</v>")?.0;
        // Texts are numbers of another list.
        if cell.contains("t=\"s\"") { None } else { Some((name, value.parse().ok()?)) }
    });
    cells.collect()
}

fn near(value: f64, expected: f64, what: &str) {
    assert!((value - expected).abs() < 0.01, "{what} is {expected}, but the file has {value}");
}

/// A number with a comma for its thousands.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    match digits.len() {
        4.. => format!("{},{}", &digits[..digits.len() - 3], &digits[digits.len() - 3..]),
        _ => digits,
    }
}

#[test]
fn the_stops_are_counted_as_the_documents_say() {
    let stops = list("complete", "2.D.1", "stop-causes.csv");
    let of = |cause: &str| stops.iter().filter(|stop| stop["cause"] == cause).count();
    let hours: f64 = stops.iter().map(|stop| stop["line_hours_lost"].parse::<f64>().expect("hours are a number")).sum();
    let (all, water, wear) = (stops.len(), of("seal water"), of("seal wear"));
    let share = (100 * water + all / 2) / all;
    assert!(stops.iter().all(|stop| ["Site 4", "Site 7"].contains(&stop["site"].as_str())));
    assert_eq!(wear, 10);
    says(
        "complete",
        "1.D.3",
        &[format!("{all} unplanned pump stops"), format!("{water}, or {share} %"), "Only ten".into()],
    );
    let cost = thousands((hours * 1450.0 / 1000.0).floor() * 1000.0);
    let table = [("seal water", "Seal water: pressure, flow or quality"), ("dry running", "Dry running")];
    let rows = table.map(|(cause, name)| format!("| {name} | {} |", of(cause)));
    says("complete", "2.D.1", &[format!("{hours} line-hours"), format!("EUR {cost}")]);
    says("complete", "2.D.1", &rows);
    let deciding = [cost, "EUR 124,000".into(), "EUR 1,295".into()];
    assert_eq!((96 * (3120 - 1825)) / 1000, 124);
    says("complete", "1.D.3", &deciding);
}

#[test]
fn each_action_has_one_owner_and_ends_as_the_review_says() {
    let actions = list("complete", "4.D.3", "action-tracker.csv");
    for action in &actions {
        let named =
            ["Ingrid", "Tomasz", "Priya", "Lars", "Mette"].iter().filter(|name| action["owner"].contains(**name));
        assert!(!action["owner"].is_empty() && named.count() < 2, "{action:?}");
        assert!(action["due now"] == action["due first"] || !action["why the date moved"].is_empty(), "{action:?}");
    }
    let first = || actions.iter().filter(|action| action["no"].parse::<u32>().is_ok_and(|number| number <= 19));
    let done = first().filter(|action| action["done"].starts_with("20")).count();
    let dropped = first().filter(|action| action["due now"] == "dropped").count();
    let customer = first().filter(|action| action["company"] == "Customer A").count();
    assert_eq!((first().count(), done, dropped, customer), (19, 16, 2, 7));
    says("complete", "4.D.3", &["19 actions".into(), "16 were closed".into(), "Seven had two owners".into()]);
    says("complete", "1.D.3", &["19 actions".into(), "seven name two owners".into()]);
}

#[test]
fn the_profit_and_loss_is_the_one_of_the_document() {
    const FILE: &str = "customer-profit-and-loss.xlsx";
    let (loss, serve) = (sheet("3.D.2", FILE, 2), sheet("3.D.2", FILE, 3));
    for (year, column) in ["C", "D", "E"].iter().enumerate() {
        let units = ["F", "G", "H"][year];
        let unit = |row: usize| {
            let cell = |column: &str| serve[&format!("{column}{row}")];
            (cell("C") * cell("D") + cell("E")) * cell(units) / 1000.0
        };
        let cost: f64 = (5..=9).map(unit).sum();
        let at = |row: usize| loss[&format!("{column}{row}")];
        near(at(14), cost, "the cost to serve");
        near(at(15), at(5) * at(7) - cost, "the contribution");
        near(at(27), at(15) - at(24) - at(25) - at(26), "what is left after the account team");
        let row = |row: usize| thousands(at(row));
        let amounts = [row(14), row(15), row(5)];
        says("complete", "3.D.2", &amounts);
    }
    let left = |column: &str| {
        (loss[&format!("{column}27")], 100.0 * loss[&format!("{column}27")] / loss[&format!("{column}5")])
    };
    let words = ["C", "E"].map(|column| format!("EUR {:.0},000, or {:.1} %", left(column).0, left(column).1));
    says("complete", "3.D.2", &words);
}

#[test]
fn the_investment_is_appraised_with_all_that_it_takes() {
    const FILE: &str = "customer-profit-and-loss.xlsx";
    let case = sheet("3.D.2", FILE, 4);
    let row = |row: usize, columns: &[&str]| columns.iter().map(|it| case[&format!("{it}{row}")]).collect::<Vec<_>>();
    let all = ["B", "C", "D", "E"];
    let inputs = sheet("2.D.3", "business-case.xlsx", 1);
    near(-case["C20"], inputs["B14"] * (inputs["B23"] + inputs["B24"]) / 1000.0, "the cost of the further units");
    for (number, columns) in
        [(7, &all[..]), (8, &all), (9, &all), (10, &all), (11, &all), (21, &all), (22, &all[..3]), (24, &all[..3])]
    {
        near(case[&format!("G{number}")], npv(&row(number, columns)), &format!("the value in row {number}"));
    }
    near(case["C21"], case["C7"] + case["C20"], "the first year with the units");
    let lucky = 230.0 * 0.33 / 1.21;
    let worth: f64 = (28..=32).map(|number| case[&format!("D{number}")]).sum();
    near(case["D33"], worth, "what the customer is worth");
    let words = [
        format!("about EUR {:.0},000", case["G7"]),
        format!("minus EUR {:.0},000", -case["G21"]),
        format!("plus EUR {:.0},000", case["G22"]),
        format!("EUR {lucky:.0},000 is the margin"),
        format!("EUR {:.2} million", worth / 1000.0),
        format!("EUR {},850", thousands(-case["C20"] * 1000.0).split(',').next().expect("it has thousands")),
    ];
    says("complete", "3.D.2", &words);
}

#[test]
fn the_fee_leaves_the_customer_what_the_document_says() {
    let extra = 3120.0 - 1825.0;
    let kept = |gain: f64| format!("{:.0}", 100.0 * (1.0 - extra / gain));
    let words = [format!("EUR {}", thousands(extra)), format!("{} to {} %", kept(5000.0), kept(6500.0))];
    says("complete", "3.D.2", &words);
    says("complete", "3.D.2", &[format!("EUR 4,250, still {} %", kept(4250.0))]);
    let points = |parts: [f64; 6]| 100.0 - parts.iter().sum::<f64>();
    let (before, after) = ([10.0, 7.0, 3.0, 1.4, 0.8, 7.7], [12.0, 0.6, 0.0, 0.9, 0.6, 1.6]);
    let pockets = format!("from {:.1} to {:.1}", points(before), points(after));
    let alike = format!("from {:.1} to {:.1}", points(before) + before[5], points(after) + after[5]);
    says("complete", "3.D.2", &[pockets, alike]);
}

#[test]
fn the_forecast_and_what_came_of_it_add_up() {
    let (sites, forecast) = (sheet("1.D.3", "plan-forecast.xlsx", 1), sheet("1.D.3", "plan-forecast.xlsx", 3));
    for (cell, gain, column) in [("B44", "E12", "E"), ("B45", "E23", "F"), ("B46", "E34", "G")] {
        let pumps: f64 = (7..=13).map(|row| sites[&format!("C{row}")] * sites[&format!("{column}{row}")]).sum();
        near(forecast[cell], forecast[gain] / (240.0 + pumps * 1.675), "the cover of the resources");
    }
    let [base, low] = [("B38", "B44"), ("B39", "B45")].map(|(before, after)| (forecast[before], forecast[after]));
    let words = format!("from {:.1} times to {:.1}, in the low case from {:.1} to {:.1}", base.0, base.1, low.0, low.1);
    says("complete", "1.D.3", &[words]);
    let plan = [forecast["C6"], forecast["C7"], forecast["C8"], forecast["C9"]];
    let text = fs::read_to_string(folder("complete", "1.D.3").join("evidence.md")).expect("the document can be read");
    let rows = ["Fees under the agreement", "Seals and service outside it", "Support systems", "Sales"].map(|name| {
        let line = text.lines().find(|line| line.starts_with(&format!("| {name} |"))).expect("the table has this line");
        let numbers = line.split('|').filter_map(|cell| cell.replace([',', ' ', '+'], "").parse::<f64>().ok());
        numbers.collect::<Vec<_>>()
    });
    for (row, planned) in rows.iter().zip(plan) {
        assert!((row[0] - planned).abs() < 1.0, "{row:?} is not {planned}");
        near(row[2], row[1] - row[0], "the difference");
    }
    for column in 0..3 {
        near(rows[3][column], rows[..3].iter().map(|row| row[column]).sum(), "the total");
    }
    let (sales, spend) = (rows[3][1], 6500.0);
    let share = format!("Share of spend stood at {:.0} %", 100.0 * sales / spend);
    says("complete", "1.D.3", &[share, format!("{:.0} % below plan", -100.0 * rows[0][2] / rows[0][0])]);
    says("complete", "5.D.1", &[format!("from 18 % to {:.0} %", 100.0 * sales / spend)]);
}

#[test]
fn accounts_are_rated_as_the_documents_say() {
    let rating = sheet("5.D.1", "customer-attractiveness-rating.xlsx", 1);
    let rated = |column: &str| {
        let cell = |column: &str, row: usize| rating[&format!("{column}{row}")];
        let score = (5..=10).map(|row| cell("B", row) * cell(column, row)).sum::<f64>();
        format!("| {score:.1} | {:.1} | {:.1} |", cell(column, 16), cell(column, 17))
    };
    says("complete", "5.D.1", &["C", "D", "E"].map(rated));
    let rows = list("in-progress", "5.D.1", "rating-2023.csv");
    for row in &rows {
        let number = |name: &str| row[name].parse::<u32>().expect("a score is a number");
        let parts = ["growth", "design changes", "margin after service", "willing to plan", "payment"];
        assert_eq!(parts.map(number).iter().sum::<u32>(), number("score"), "{row:?}");
    }
    let sold = rows.iter().filter(|row| row["proposal"] == "sales desk").count();
    assert_eq!((rows.len(), sold), (9, 5), "nine customers, of whom a pizza chain and four others leave");
}

#[test]
fn bags_cost_what_the_example_says() {
    let prices = list("in-progress", "2.D.2", "price-comparison.csv");
    for column in ["old way (GBP)", "new way (GBP)"] {
        let costs: Vec<u32> = prices.iter().map(|row| row[column].parse().expect("a price is a number")).collect();
        let (total, parts) = costs.split_last().expect("the list ends with a total");
        assert_eq!(parts.iter().sum::<u32>(), *total, "{column}");
    }
    says("in-progress", "3.D.2", &["GBP 19,000".into()]);
}

#[test]
fn at_least_four_documents_have_the_length_that_akam_suggests() {
    let said = Sandbox::complete().akam(&["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.out).expect("this is JSON");
    let coverage = report["coverage"].as_array().expect("the coverage is a list");
    let long = coverage.iter().filter(|one| one["words"].as_u64().is_some_and(|words| (1500..=2000).contains(&words)));
    assert!(long.count() >= 4, "{}", said.out);
}
