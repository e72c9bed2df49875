import Foundation

@testable import Observability

/// What a PromQL expression names, as far as it can be held against the catalogue.
struct QueryText {
    /// Names of metrics, as they stand.
    var metrics: [String] = []
    /// Labels in selectors, with the metric they belong to and the values that must match exactly.
    var matchers: [(metric: String, label: String, values: [String])] = []
    /// Labels in `by (…)` and `without (…)`.
    var groupings: [String] = []

    init(_ expression: String) throws {
        let selector = #/(?<metric>\b(?:baton|vllm|up)[a-z0-9_:]*)(?:\{(?<body>[^}]*)\})?/#
        for match in expression.matches(of: selector) {
            let metric = String(match.metric)
            metrics.append(metric)
            let body = match.body.map(String.init) ?? ""
            for matcher in body.matches(of: #/(?<label>[a-z_]+)(?<sign>=~|!=|!~|=)"(?<value>[^"]*)"/#) {
                let value = String(matcher.value)
                let isPattern = matcher.sign.hasSuffix("~") || value.contains("$")
                let isChoice = value.wholeMatch(of: #/[a-z_]+(\|[a-z_]+)*/#) != nil
                let values = isPattern && !isChoice ? [] : value.split(separator: "|").map(String.init)
                matchers.append((metric, String(matcher.label), values))
            }
        }
        for match in expression.matches(of: #/\b(?:by|without) \((?<labels>[^)]*)\)/#) {
            groupings += match.labels.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// What is wrong with it; empty for an expression that asks only for what there is.
    ///
    /// - Parameter recorded: names of recording rules.
    func problems(recorded: Set<String> = []) -> [String] {
        var problems: [String] = []
        var known = Set(["job", "instance", "le"])
        for metric in metrics where metric != "up" && !recorded.contains(metric) {
            guard let descriptor = Self.descriptor(metric) else {
                problems.append("\(metric) is not declared")
                continue
            }
            known.formUnion(descriptor.labels.map(\.name))
        }
        for (metric, label, values) in matchers where !["job", "instance", "le"].contains(label) {
            guard let declared = Self.descriptor(metric)?.labels.first(where: { $0.name == label }) else {
                problems.append("\(metric) has no label \(label)")
                continue
            }
            for value in values where declared.values?.contains(value) == false {
                problems.append("\(metric) has no \(label) \(value)")
            }
        }
        return problems + groupings.filter { !known.contains($0) }.map { "nothing there has a label \($0)" }
    }

    private static func descriptor(_ sample: String) -> MetricDescriptor? {
        MetricCatalogue.all.first { $0.sampleNames.contains(sample) }
    }
}
