import Testing

@testable import Observability

/// A label of tests.
enum Letter: String, MetricLabelValue {
    case a = "a\"\\\n"
    case z
}

@Suite struct PrometheusRegistryTests {
    static let gauge = MetricDescriptor("a", .gauge, of: .both, "A.")
    static let histogram = MetricDescriptor(
        "b_seconds",
        .histogram(bounds: [0.5, 2]),
        .seconds,
        of: .both,
        "Time,\nwith \\ in it."
    )
    static let counters = MetricDescriptor(
        "c_total",
        .counter,
        of: .both,
        "C.",
        labels: [MetricLabel("k", Letter.self)]
    )
    static let rows = MetricDescriptor(
        "d",
        .gauge,
        of: .both,
        "D.",
        labels: [MetricLabel("name", bound: "few")]
    )

    @Test("the text is sorted, complete and in the format 0.0.4")
    func text() {
        let registry = PrometheusRegistry(declared: [Self.gauge, Self.histogram, Self.counters, Self.rows])
        let group = CounterGroup<Letter>(Self.counters, in: registry)
        group[.z].add(2)
        group[.a].add()
        let histogram = registry.histogram(Self.histogram)
        histogram.observe(.milliseconds(500))
        histogram.observe(3)
        registry.gauge(Self.gauge).set(-0.25)
        let rows = registry.rows(Self.rows)
        let expected = """
            # HELP a A.
            # TYPE a gauge
            a -0.25
            # HELP b_seconds Time,\\nwith \\\\ in it.
            # TYPE b_seconds histogram
            b_seconds_bucket{le="0.5"} 1
            b_seconds_bucket{le="2"} 1
            b_seconds_bucket{le="+Inf"} 2
            b_seconds_sum 3.5
            b_seconds_count 2
            # HELP c_total C.
            # TYPE c_total counter
            c_total{k="a\\"\\\\\\n"} 1
            c_total{k="z"} 2

            """
        #expect(registry.text == expected, "a metric without lines is left out")
        rows.show([GaugeRows.Row(labels: PrometheusText.labels([("name", "x\"")]), value: 1.5)])
        #expect(registry.text == expected + "# HELP d D.\n# TYPE d gauge\nd{name=\"x\\\"\"} 1.5\n")
        rows.show([])
        #expect(registry.text == expected, "lines go with what they name")
    }

    @Test(arguments: [
        (0, "0"), (-3, "-3"), (0.1, "0.1"), (1e15, "1000000000000000"), (1e300, "1e+300"), (1e-7, "1e-07"),
        (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        (9_007_199_254_740_994, "9.007199254740994e+15"),
    ])
    func numbers(value: Double, expected: String) {
        #expect(PrometheusText.number(value) == expected)
        #expect(Double(expected.lowercased())?.isNaN == value.isNaN)
    }

    @Test("a value on a bound belongs to the bound's bucket, and several count at once")
    func buckets() {
        let series = HistogramSeries(bounds: [1, 2, 4])
        for value in [-1, 1, 1.5, 2, 4, 4.1, .infinity, .nan] { series.observe(value) }
        #expect(series.snapshot.counts == [2, 2, 1, 2])
        #expect(series.snapshot.sum == .infinity)
        let several = HistogramSeries(bounds: [1, 2])
        several.observe(1.5, count: 3)
        several.observe(.milliseconds(500), count: 2)
        several.observe(9, count: 0)
        #expect(several.snapshot == HistogramSeries.Snapshot(counts: [2, 3, 0], sum: 5.5))
    }

    @Test("a total never falls by adding")
    func totals() {
        let counter = CounterSeries()
        counter.add(5)
        counter.add(-3)
        counter.add(0)
        #expect(counter.value == 5)
        counter.set(total: 1 << 50)
        counter.add()
        #expect(counter.value == (1 << 50) + 1)
    }

    @Test("what the catalogue does not declare cannot be registered")
    func undeclared() async {
        await #expect(processExitsWith: .failure) {
            _ = PrometheusRegistry(declared: []).gauge(PrometheusRegistryTests.gauge)
        }
    }

    @Test("nothing is registered twice")
    func twice() async {
        await #expect(processExitsWith: .failure) {
            let registry = PrometheusRegistry()
            _ = RouterMetrics(in: registry)
            _ = WorkerMetrics(in: registry)
        }
    }

    @Test("values kept elsewhere are fetched at each rendering, in the order of registration")
    func callbacks() throws {
        let registry = PrometheusRegistry(declared: [Self.gauge])
        let gauge = registry.gauge(Self.gauge)
        let source = CounterSeries()
        registry.onRender {
            source.add(10)
            gauge.set(source.value)
        }
        registry.onRender { gauge.set(gauge.value + 1) }
        let first = try TextFormatParser(registry.text).families["a"]
        #expect(first?.value() == 11)
        let second = try TextFormatParser(registry.text).families["a"]
        #expect(second?.value() == 21)
    }

    @Test("nothing is lost between threads, and every rendering is consistent")
    func threads() async throws {
        let registry = PrometheusRegistry(declared: [Self.histogram, Self.counters])
        let group = CounterGroup<Letter>(Self.counters, in: registry)
        let histogram = registry.histogram(Self.histogram)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for worker in 0..<8 {
                tasks.addTask {
                    for step in 0..<500 {
                        group[worker % 2 == 0 ? .a : .z].add()
                        histogram.observe(step % 3)
                        if step % 100 == 0 { _ = try TextFormatParser(registry.text) }
                    }
                }
            }
            try await tasks.waitForAll()
        }
        let families = try TextFormatParser(registry.text).families
        #expect(group[.a].value == 2_000 && families["c_total"]?.value(["k": "z"]) == 2_000)
        #expect(families["b_seconds"]?.samples.last?.value == 4_000)
    }

    @Test("a prediction's error is absolute, its bias signed and recent")
    func predictions() throws {
        let registry = PrometheusRegistry()
        let prediction = RouterMetrics(in: registry).latency.firstTokenPrediction
        func shown(_ name: String) throws -> [TextFormatParser.Sample] {
            try TextFormatParser(registry.text).families["baton_time_to_first_token_prediction_" + name]?
                .samples ?? []
        }
        prediction.observe(predicted: .seconds(1), measured: .milliseconds(750))
        let first = try shown("bias_seconds")
        #expect(first.map(\.value) == [-0.25])
        for _ in 0..<200 { prediction.observe(predicted: .seconds(1), measured: .milliseconds(1_500)) }
        let bias = try #require(try shown("bias_seconds").first?.value)
        #expect(abs(bias - 0.5) < 0.001)
        let sum = try shown("error_seconds").first { $0.name.hasSuffix("_sum") }
        #expect(sum?.value == 100.25)
    }
}

extension PrometheusRegistry {
    /// What a scrape gets.
    var text: String { String(decoding: render(), as: UTF8.self) }
}
