internal import ArgumentParser
internal import Observability

/// `batonctl metrics`: what every metric means.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print docs/METRICS.md: what every metric means.",
        shouldDisplay: false
    )

    func run() throws { print(MetricsDocument.markdown, terminator: "") }
}
