import Metrics
import Testing

@testable import Observability

@Suite struct PrometheusRegistryTests {
    @Test("the text is sorted, complete and in the format 0.0.4")
    func text() {
        let registry = PrometheusRegistry()
        let shown = MetricDescriptor("b_seconds", .histogram(bounds: [0.5, 2]), "Time,\nwith \\ in it.")
        registry.histogram(shown).observe(.milliseconds(500))
        registry.histogram(shown).observe(3)
        registry.counter(MetricDescriptor("c_total", .counter, "C."), [("k", "z")]).add(2)
        registry.counter(MetricDescriptor("c_total", .counter, "C."), [("k", "a\"\\\n")]).add()
        registry.gauge(MetricDescriptor("a", .gauge, "A.")).set(-0.25)
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
            # HELP baton_dropped_series_total Times a series was asked for \
            beyond the bound on series; not shown.
            # TYPE baton_dropped_series_total counter
            baton_dropped_series_total 0
            # HELP c_total C.
            # TYPE c_total counter
            c_total{k="a\\"\\\\\\n"} 1
            c_total{k="z"} 2

            """
        #expect(registry.render() == expected)
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

    @Test("a value on a bound belongs to the bound's bucket")
    func buckets() {
        let series = HistogramSeries(bounds: [1, 2, 4])
        for value in [-1, 1, 1.5, 2, 4, 4.1, .infinity, .nan] { series.observe(value) }
        #expect(series.snapshot.counts == [2, 2, 1, 2])
        #expect(series.snapshot.sum == .infinity)
    }

    @Test("a total never falls by adding")
    func totals() {
        let counter = CounterSeries()
        counter.add(5)
        counter.add(-3)
        counter.increment(by: Double.nan)
        counter.increment(by: Double.infinity)
        #expect(counter.value == 5)
        counter.set(total: 1 << 50)
        counter.add(1)
        #expect(counter.value == Double(1 << 50) + 1)
    }

    @Test("other libraries' metrics get Prometheus's names and units")
    func factory() throws {
        let registry = PrometheusRegistry()
        let labels = [("path", "/v1"), ("le", "x"), ("__n", "y"), ("path", "/v2")]
        let counter = Counter(label: "http.requests", dimensions: labels, factory: registry)
        counter.increment(by: 3)
        Counter(label: "http.requests", dimensions: labels, factory: registry).increment()
        Metrics.Timer(label: "http.time", factory: registry).recordMilliseconds(20)
        Recorder(label: "7 sizes", aggregate: true, factory: registry).record(300)
        Recorder(label: "last", aggregate: false, factory: registry).record(4)
        let meter = Meter(label: "level", factory: registry)
        meter.set(2.5)
        meter.increment(by: 1.5)
        FloatingPointCounter(label: "cost_total", factory: registry).increment(by: 0.5)
        let families = try TextFormatParser(registry.render()).families
        #expect(
            families["http_requests_total"]?.value(["path": "/v2", "label_le": "x", "label__n": "y"]) == 4
        )
        #expect(
            families["http_time_seconds"]?.samples.contains {
                $0.name == "http_time_seconds_sum" && $0.value == 0.02
            } == true
        )
        #expect(families["_7_sizes"]?.type == "histogram")
        #expect(families["last"]?.value() == 4 && families["level"]?.value() == 4)
        #expect(families["cost_total"]?.value() == 0.5)
        counter.destroy()
        #expect(try TextFormatParser(registry.render()).families["http_requests_total"] == nil)
    }

    @Test("what is beyond a bound takes values, is not shown and is counted")
    func bounds() throws {
        let registry = PrometheusRegistry(familyLimit: 3, seriesLimit: 2)
        for index in 0..<5 {
            Counter(label: "a", dimensions: [("i", "\(index)")], factory: registry).increment()
        }
        for name in ["b", "c", "d"] { Counter(label: name, factory: registry).increment() }
        let families = try TextFormatParser(registry.render()).families
        #expect(families.keys.sorted() == ["a_total", "b_total", "baton_dropped_series_total"])
        #expect(families["a_total"]?.samples.count == 2)
        #expect(families["baton_dropped_series_total"]?.value() == 5)
    }

    @Test("a name that is taken stays with its first owner")
    func conflicts() throws {
        let registry = PrometheusRegistry()
        Metrics.Timer(label: "x", factory: registry).recordSeconds(1)
        Meter(label: "x_seconds", factory: registry).set(9)
        Meter(label: "x_seconds_count", factory: registry).set(9)
        Meter(label: "y_bucket", factory: registry).set(9)
        Recorder(label: "y", factory: registry).record(9)
        let families = try TextFormatParser(registry.render()).families
        #expect(families.keys.sorted() == ["baton_dropped_series_total", "x_seconds", "y_bucket"])
        #expect(families["x_seconds"]?.type == "histogram")
        #expect(families["baton_dropped_series_total"]?.value() == 3)
    }

    @Test("values kept elsewhere are fetched at each rendering, in the order of registration")
    func callbacks() throws {
        let registry = PrometheusRegistry()
        let source = CounterSeries()
        registry.onRender {
            source.add(10)
            registry.gauge(MetricDescriptor("g", .gauge, "G.")).set(Int(source.value))
        }
        registry.onRender { registry.gauge(MetricDescriptor("g", .gauge, "G.")).increment(by: 1) }
        #expect(try TextFormatParser(registry.render()).families["g"]?.value() == 11)
        #expect(try TextFormatParser(registry.render()).families["g"]?.value() == 21)
    }

    @Test("nothing is lost between threads, and every rendering is consistent")
    func threads() async throws {
        let registry = PrometheusRegistry()
        let descriptor = MetricDescriptor("h", .histogram(bounds: [1, 2]), "H.")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for step in 0..<500 {
                        registry.counter(
                            MetricDescriptor("n_total", .counter, "N."),
                            [("w", "\(worker % 2)")]
                        ).add()
                        registry.histogram(descriptor).observe(step % 3)
                        if step % 100 == 0 { _ = try TextFormatParser(registry.render()) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let families = try TextFormatParser(registry.render()).families
        #expect(
            families["n_total"]?.value(["w": "0"]) == 2_000 && families["n_total"]?.value(["w": "1"]) == 2_000
        )
        #expect(families["h"]?.samples.last?.value == 4_000)
    }
}
