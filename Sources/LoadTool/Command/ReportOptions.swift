internal import ArgumentParser
internal import Workload

/// Options about what is measured, printed and kept.
struct ReportOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: "Limits of a good request in ms, as ttft:200 tpot:50; of ttft, tpot, e2el, gap, tt2t."
    )
    var goodput: [String] = []

    @Option(help: "Latencies to print, with commas: ttft, gap, tt2t, tpot, itl, e2el, ttfb and more.")
    var percentileMetrics: String?

    @Option(help: "Percentiles to report, with commas.")
    var metricPercentiles = "99"

    @Option(help: "Report prompts apart up to so many tokens, with commas: 512,2048 makes three classes.")
    var lengthBoundaries: String?

    @Flag(help: "Keep the result as JSON.")
    var saveResult = false

    @Flag(help: "Leave the rows of single requests out of the JSON.")
    var noRows = false

    @Option(help: ArgumentHelp("Name of the JSON file; implies --save-result.", valueName: "file"))
    var resultFilename: String?

    @Option(help: ArgumentHelp("Folder of the JSON file.", valueName: "folder"))
    var resultDir: String?

    @Option(help: ArgumentHelp("Write a report as one HTML file.", valueName: "file"))
    var html: String?

    @Option(help: "Name of the run in reports.")
    var label: String?

    @Option(help: ArgumentHelp("Fact to keep with the result, KEY=VALUE; repeatable.", valueName: "fact"))
    var metadata: [String] = []

    @Flag(help: "Print the result as one JSON object on standard output instead of text.")
    var json = false

    @Flag(name: [.customLong("quiet"), .customLong("disable-tqdm")], help: "Show no progress.")
    var quiet = false

    func validate() throws {
        _ = try levels
        _ = try metrics
        _ = try percentiles
        _ = try lengths
        _ = try facts
    }

    var levels: ServiceLevels {
        get throws {
            do throws(ServiceLevelError) {
                return try ServiceLevels(parsing: goodput)
            } catch {
                throw ValidationError("--goodput: \(error)")
            }
        }
    }

    /// The latencies to print; `nil` for the usual ones.
    var metrics: [LatencyMetric]? {
        get throws {
            try percentileMetrics?.split(separator: ",").map { word in
                guard let metric = LatencyMetric(rawValue: String(word)) else {
                    let known = LatencyMetric.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("--percentile-metrics has \(word); use some of \(known)")
                }
                return metric
            }
        }
    }

    var percentiles: [Double] {
        get throws {
            try metricPercentiles.split(separator: ",").map { text in
                guard let value = Double(text), (0...100).contains(value) else {
                    throw ValidationError("--metric-percentiles has \(text); use numbers from 0 to 100")
                }
                return value
            }
        }
    }

    var lengths: [Int] {
        get throws {
            let parts = (lengthBoundaries ?? "").split(separator: ",", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { Int($0) }
            guard let lengthBoundaries else { return [] }
            guard numbers.count == parts.count, RunSettings.areLengthBoundaries(numbers) else {
                throw ValidationError(
                    "--length-boundaries is \(lengthBoundaries); use up to 16 rising numbers from 1 on"
                )
            }
            return numbers
        }
    }

    var facts: [String: String] {
        get throws {
            try metadata.reduce(into: [:]) { facts, text in
                guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
                    throw ValidationError("--metadata is \"\(text)\"; write KEY=VALUE")
                }
                facts[String(text[..<mark])] = String(text[text.index(after: mark)...])
            }
        }
    }
}
