//! The hour as a picture: small charts beneath each other, one axis of time.

use std::fmt::Write;

use super::watch::Sample;
use crate::figure::percentile;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 74.0;
const HEIGHT: f64 = 96.0;
const GAP: f64 = 44.0;

/// One chart: its title, and what of a sample it shows.
type Chart = (&'static str, fn(&Sample) -> f64);

const CHARTS: [Chart; 5] = [
    ("Deliveries waiting", |sample| sample.waiting),
    ("Deliveries a second", |sample| sample.deliveries),
    ("Inbox answers a second", |sample| sample.inbox),
    ("Pages, 99th percentile (ms)", |sample| sample.p99),
    ("Memory of the server (MB)", |sample| sample.memory),
];

/// The picture (SVG) of so many minutes.
pub(super) fn draw(samples: &[Sample], minutes: u64) -> String {
    let mut svg = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut svg, samples, minutes);
    svg
}

fn write(svg: &mut String, samples: &[Sample], minutes: u64) -> std::fmt::Result {
    let last = samples.last().map_or(1.0, |sample| sample.minute).max(1.0);
    let height = CHARTS.iter().fold(TOP, |height, _| height + HEIGHT + GAP) + 8.0;
    writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#1a1a1a\">\n\
         <title>{minutes} minutes of mixed load</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"{LEFT}\" y=\"26\" font-size=\"17\" font-weight=\"600\">{minutes} minutes of mixed load</text>\n\
         <text x=\"{LEFT}\" y=\"46\" fill=\"#454545\">One point every ten seconds. Grey: one of twelve neighbours \
         answers 500, or nothing at all.</text>"
    )?;
    let mut top = TOP;
    for chart in CHARTS {
        draw_chart(svg, samples, chart, top, (last, minutes))?;
        top += HEIGHT + GAP;
    }
    writeln!(svg, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">minutes</text>\n</svg>", WIDTH - RIGHT, top - GAP + 36.0)
}

fn draw_chart(
    svg: &mut String,
    samples: &[Sample],
    (title, value): Chart,
    top: f64,
    (last, minutes): (f64, u64),
) -> std::fmt::Result {
    let mut values: Vec<f64> = samples.iter().map(value).collect();
    let points: Vec<(f64, f64)> = samples.iter().map(|sample| (sample.minute, value(sample))).collect();
    values.sort_by(f64::total_cmp);
    let most = ceiling(percentile(&values, 100));
    let across = |minute: f64| LEFT + minute / last * (WIDTH - LEFT - RIGHT);
    let bottom = top + HEIGHT;
    for minute in (2..minutes).step_by(3).map(|minute| f64::from(u32::try_from(minute).unwrap_or(0))) {
        let (from, to) = (across(minute.min(last)), across((minute + 1.0).min(last)));
        writeln!(
            svg,
            "<rect x=\"{from:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{HEIGHT}\" fill=\"#e8e8e8\"/>",
            to - from
        )?;
    }
    for (share, label) in [(0.0, 0.0), (0.5, most / 2.0), (1.0, most)] {
        let y = bottom - share * HEIGHT;
        let (end, text) = (WIDTH - RIGHT, short(label));
        writeln!(
            svg,
            "<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{end}\" y2=\"{y}\" stroke=\"#b0b0b0\" stroke-width=\"0.7\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{text}</text>",
            LEFT - 8.0,
            y + 4.0
        )?;
    }
    let line: Vec<String> = points
        .iter()
        .map(|(minute, value)| format!("{:.1},{:.1}", across(*minute), bottom - value / most * HEIGHT))
        .collect();
    writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{}\" font-weight=\"600\">{title}</text>\n\
         <polyline points=\"{}\" fill=\"none\" stroke=\"#0b4f8a\" stroke-width=\"1.4\"/>",
        top - 9.0,
        line.join(" ")
    )?;
    let step = [1, 2, 5, 10, 20, 60, 120].into_iter().find(|step| minutes / step <= 12).unwrap_or(240);
    for minute in (0..=minutes).filter(|minute| minute % step == 0) {
        let x = across(f64::from(u32::try_from(minute).unwrap_or(0)).min(last));
        writeln!(svg, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{minute}</text>", bottom + 18.0)?;
    }
    Ok(())
}

/// The next round number that is no less.
fn ceiling(value: f64) -> f64 {
    let power = 10_f64.powf(value.max(1.0).log10().floor());
    [1.0, 2.0, 4.0, 5.0, 8.0, 10.0].into_iter().map(|step| step * power).find(|round| *round >= value).unwrap_or(1.0)
}

fn short(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}
