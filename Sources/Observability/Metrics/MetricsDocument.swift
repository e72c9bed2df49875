/// `docs/METRICS.md`, written from the catalogue.
public enum MetricsDocument {
    /// The whole page.
    public static var markdown: String {
        ([introduction] + MetricCatalogue.sections.map(section) + [labels, buckets, aliases])
            .joined(separator: "\n\n") + "\n"
    }

    private static let introduction = """
        # Metrics

        <!-- Generated: `make metrics-doc` writes this page from the catalogue in the code. -->

        Every daemon serves its metrics at `/metrics` of its `admin.listen`, in Prometheus' text format and without \
        a key. A metric is called `baton_<noun>_<unit>`; counters end in `_total`. Values of closed labels are all \
        shown from the start, as zero, so that a rate sees the first event. Labels that name workers are bounded; \
        what is beyond the bound is counted in `baton_omitted_series` and in the totals. No label holds what a \
        client sends: unknown paths, models or tenants make no series.

        `deploy/prometheus` has a scrape configuration and alerts, `deploy/grafana/baton.json` a dashboard.
        """

    private static func section(_ section: MetricCatalogue.Section) -> String {
        let rows = section.metrics.map { metric in
            let labels = metric.labels.map { "`\($0.name)`" }.joined(separator: ", ")
            return "| `\(metric.name)` | \(metric.kind.name) | \(metric.unit.word) | \(labels) "
                + "| \(metric.exporter.word) | \(metric.help) |"
        }
        return """
            ## \(section.title)

            | Metric | Kind | Unit | Labels | Of | What |
            |---|---|---|---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }

    private static var labels: String {
        var seen: Set<MetricLabel> = []
        let rows = MetricCatalogue.all.flatMap { metric in
            metric.labels.map { label in (metric, label) }
        }.filter { seen.insert($0.1).inserted }.map { metric, label in
            let values = label.values?.map { "`\($0)`" }.joined(separator: ", ") ?? label.bound
            return "| `\(label.name)` | `\(metric.name)` | \(values) |"
        }
        return """
            ## Labels

            | Label | First used by | Values |
            |---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }

    private static var buckets: String {
        var names: [[Double]: [String]] = [:]
        var order: [[Double]] = []
        for metric in MetricCatalogue.all {
            guard case .histogram(let bounds) = metric.kind else { continue }
            if names[bounds] == nil { order.append(bounds) }
            names[bounds, default: []].append("`\(metric.name)`")
        }
        let groups = order.map { bounds in
            "- \(bounds.map(PrometheusText.number).joined(separator: ", ")): "
                + (names[bounds] ?? []).joined(separator: ", ")
        }
        return """
            ## Buckets

            Upper bounds, `+Inf` left out:

            \(groups.joined(separator: "\n"))
            """
    }

    private static var aliases: String {
        let rows = VLLMAlias.all.map { alias in
            let source = "| `\(alias.name)` | `\(alias.source.name)` | \(alias.exporter.word) |"
            guard let relabelling = alias.relabelling else { return source + " |" }
            let words = relabelling.values.map { ours, theirs in
                relabelling.to == nil ? "`\(ours)`" : "`\(ours)` is `\(theirs)`"
            }
            let label = relabelling.to.map { "`\($0)` from " } ?? "only "
            return source + " \(label)`\(relabelling.from)`: \(words.joined(separator: ", ")) |"
        }
        return """
            ## vLLM's names

            With `metrics.vllm_names: true` in a daemon's settings it shows these as well, for dashboards that were \
            made for vLLM. They are the same values, taken when metrics are read, with the labels `engine` ("0") and \
            `model_name`, and with vLLM's buckets. Each comes from one kind of daemon, so that sums over all daemons \
            are right. What Baton does not have (LoRA, NIXL descriptors) has no series here.

            | Name | From | Of | Labels |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }
}
