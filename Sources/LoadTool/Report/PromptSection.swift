internal import ServingTypes
internal import Workload

/// TTFT against prompt length: dots for requests, a line through the medians of length classes.
struct PromptSection {
    let run: RunView
    /// Dots of this run.
    let dotLimit: Int

    /// `nil` when requests were not kept, or none was answered.
    func figure() -> Figure? {
        let metric = run.headline(.ttft)
        let points = (run.report.requests ?? []).filter(\.isCompleted).compactMap { request in
            request.latency(metric).map { (x: Double(request.promptTokens), y: $0.milliseconds) }
        }
        guard !points.isEmpty else { return nil }
        let dots = DotThinning.dots(points, limit: dotLimit)
        let median = Series("median of a length class", style: 1, .dottedLine, Self.medians(points))
        let marks = run.limit(of: .ttft).map { limit in
            [ChartMark(place: .y(limit), kind: .limit, label: "TTFT ≤ \(NumberText.plain(limit))")]
        }
        let from = metric == .ttft ? "the send" : "the scheduled arrival"
        return Figure(
            id: "\(run.id)-prompt",
            title: "TTFT against prompt length",
            note: """
                \(NumberText.whole(points.count)) completed requests in \(NumberText.whole(dots.count)) \
                dots, TTFT counted from \(from). Length classes double: 1, 2–3, 4–7, 8–15 tokens and so on.
                """,
            x: Axis("prompt (tokens)", .ratio(around: points.map(\.x)), ticks: 4),
            yTitle: "TTFT (ms)",
            series: Self.series(points, dots) + [median],
            marks: marks ?? [],
            toggle: .log
        )
    }

    /// Dots by how many requests they stand for, so that a crowd looks like one.
    private static func series(_ points: [(x: Double, y: Double)], _ dots: [DotThinning.Dot]) -> [Series] {
        func series(_ name: String, _ style: Int, _ shape: Series.Shape, _ counts: ClosedRange<Int>) -> Series
        {
            let members = dots.filter { counts.contains($0.count) }.map { dot in
                let (tokens, time) = points[dot.index]
                let more = dot.count > 1 ? " and \(NumberText.whole(dot.count - 1)) like it" : ""
                let label = "\(NumberText.whole(Int(tokens))) tokens: \(NumberText.short(time)) ms\(more)"
                return Series.Point(x: tokens, y: time, label: label)
            }
            return Series(name, style: style, shape, members)
        }
        let all = [
            series("one request", 0, .dots, 1...1), series("2 to 9 requests", 5, .dots, 2...9),
            series("10 requests or more", 7, .largeDots, 10...Int.max),
        ]
        return all.filter { !$0.points.isEmpty }
    }

    private static func medians(_ points: [(x: Double, y: Double)]) -> [Series.Point] {
        let sorted = points.sorted { $0.x < $1.x }
        var medians: [Series.Point] = []
        var start = 0
        while start < sorted.count {
            let length = max(1, Int(sorted[start].x))
            let next = 1 << (Int.bitWidth - length.leadingZeroBitCount)
            let end = sorted[start...].firstIndex { Int($0.x) >= next } ?? sorted.count
            let members = sorted[start..<end]
            let lengths = members.map(\.x)
            let times = members.map(\.y).sorted()
            let label = """
                \(NumberText.whole(next / 2))–\(NumberText.whole(next - 1)) tokens, \
                \(NumberText.whole(times.count)) requests: \(NumberText.short(middle(times))) ms
                """
            medians.append(Series.Point(x: middle(lengths), y: middle(times), label: label))
            start = end
        }
        return medians
    }

    private static func middle(_ sorted: [Double]) -> Double {
        (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
