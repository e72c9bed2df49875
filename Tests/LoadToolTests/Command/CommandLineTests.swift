import ArgumentParser
import ServingTypes
import Testing
import Workload

@testable import LoadTool

@Suite struct CommandLineTests {
    /// The options of one group; all of a command would take the parser a second in a build without optimization.
    private static func parse<Options: ParsableArguments>(_ line: String, as _: Options.Type = Options.self)
        throws
        -> Options
    {
        try Options.parse(line.split(separator: " ").map(String.init))
    }

    @Test(arguments: [
        ("a finite rate is Poisson", "--request-rate 4", ArrivalProcess.poisson(rate: 4)),
        ("burstiness makes it gamma", "--request-rate 4 --burstiness 0.5", .gamma(rate: 4, burstiness: 0.5)),
        ("infinite burstiness is regular", "--request-rate 4 --burstiness inf", .constant(rate: 4)),
        ("an infinite rate sends all at once", "--request-rate inf", .allAtOnce),
        ("no rate sends all at once", "", .allAtOnce),
        ("a limit on concurrency alone is a closed loop", "--max-concurrency 8", .closedLoop(concurrency: 8)),
        (
            "with a rate it is a limit only", "--max-concurrency 8 --request-rate 2", .poisson(rate: 2)
        ),
        (
            "a ramp moves the rate",
            "--ramp-up-strategy linear --ramp-up-start-rps 1 --ramp-up-end-rps 9",
            .ramp(RateRamp(.linear, from: 1, to: 9))
        ),
    ])
    func `traffic is what the flags of vllm bench serve say`(
        requirement: String,
        line: String,
        expected: ArrivalProcess
    )
        throws
    {
        #expect(
            try Self.parse(line, as: TrafficOptions.self).arrivals(recorded: nil) == expected,
            "\(requirement)"
        )
    }

    @Test func `token ids are chosen by --token-ids`() throws {
        #expect(try Self.parse("--token-ids 400-500", as: DatasetOptions.self).tokenIDs == "400-500")
    }

    @Test func `a trace keeps its own times unless a rate is given`() throws {
        let times = [Duration.zero, .seconds(1)]
        let line = "--time-scale 0.5"
        let recorded = try Self.parse(line, as: TrafficOptions.self).arrivals(recorded: times)
        #expect(recorded == .trace(offsets: times, timeScale: 0.5))
        #expect(
            try Self.parse(line + " --request-rate 3", as: TrafficOptions.self).arrivals(recorded: times)
                == .poisson(rate: 3)
        )
    }

    @Test(arguments: [
        (
            ServerOptions.self as any ParsableArguments.Type,
            [
                "--port 0", "--backend tgi", "--endpoint v1", "--base-url localhost", "--ca a --insecure",
                "--header nothing", "--header a\tb=1", "--connect-timeout 0", "--client-threads 0",
            ]
        ),
        (
            DatasetOptions.self,
            [
                "--dataset-name mooncake", "--dataset-path x", "--dataset-name sharegpt", "--token-ids 9-3",
                "--chat-turns 0", "--words-per-token 0",
            ]
        ),
        (
            TrafficOptions.self,
            [
                "--request-rate 0", "--request-rate -1", "--num-prompts 0", "--burstiness 0",
                "--time-scale inf",
                "--ramp-up-start-rps 3", "--ramp-up-strategy linear", "--max-concurrency 0", "--duration 0",
            ]
        ),
        (
            ReportOptions.self,
            [
                "--goodput ttft", "--goodput speed:3", "--percentile-metrics ttft,speed", "--metadata x",
                "--metric-percentiles 101", "--length-boundaries 512,x", "--length-boundaries 512,",
                "--length-boundaries 2048,512",
            ]
        ),
        (FaultOptions.self, ["--kill decode-1", "--kill decode-1@10:HUP", "--cap a=5@3", "--worker x"]),
        (
            LoadCommand.self,
            [
                "--port 0", "--nonsense", "sweep", "sweep --rates 1,x", "sweep --search",
                "sweep --rates 1 --request-rate 2", "compare a", "report a",
            ]
        ),
    ])
    func `wrong options are refused before anything is sent`(
        options: any ParsableArguments.Type,
        lines: [String]
    ) {
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let error = #expect(throws: (any Error).self, "\(line)") {
                if options == LoadCommand.self {
                    _ = try LoadCommand.parseAsRoot(words)
                } else {
                    _ = try options.parse(words)
                }
            }
            if let error { #expect(LoadCommand.exitCode(for: error) == .validationFailure, "\(line)") }
        }
    }

    @Test func `headers carry the key, and those of the user win`() throws {
        let options: ServerOptions = try Self.parse("--api-key secret --header X-A=1 --header User-Agent:me")
        let headers = try options.headers(environment: ["OPENAI_API_KEY": "other"])
        #expect(headers.contains { $0 == ("Authorization", "Bearer secret") })
        #expect(headers.last.map { $0 == ("User-Agent", "me") } == true)
        let fromEnvironment = try Self.parse("", as: ServerOptions.self).headers(environment: [
            "OPENAI_API_KEY": "other"
        ])
        #expect(fromEnvironment.contains { $0 == ("Authorization", "Bearer other") })
    }

    @Test func `faults name processes, interfaces and times`() throws {
        let line =
            "--kill d1@10s:STOP --kill p1@500ms --worker d1=71 --worker p1=72 --cap p1:d1=100mbit@2m --link p1:d1=far/veth0"
        let interface = try #require(NetworkInterface(parsing: "far/veth0"))
        #expect(
            try Self.parse(line, as: FaultOptions.self).faults() == [
                Fault(kind: .kill(worker: "p1", process: 72, signal: .kill), time: .milliseconds(500)),
                Fault(kind: .kill(worker: "d1", process: 71, signal: .stop), time: .seconds(10)),
                Fault(kind: .cap(pair: "p1:d1", interface: interface, rate: "100mbit"), time: .seconds(120)),
            ]
        )
        #expect(throws: LoadToolError.self) { try Self.parse("--kill d9@1", as: FaultOptions.self).faults() }
        #expect(throws: LoadToolError.self) {
            try Self.parse("--cap a:b=1mbit@1", as: FaultOptions.self).faults()
        }
        #expect(NetworkInterface(parsing: "a;b") == nil && NetworkInterface(parsing: "a/b/c") == nil)
    }

    @Test func `progress fits in a line of 80 columns`() {
        var figures = LiveFigures()
        for index in 0..<100 {
            var outcome = RequestOutcome(index: index, scheduled: .zero, promptTokens: 1)
            outcome.sent = .zero
            outcome.recordChunk(at: .milliseconds(1 + index))
            outcome.recordChunk(at: .milliseconds(11 + index))
            figures.add(outcome)
        }
        (figures.inFlight, figures.waiting) = (1_234, 0)
        let text = ProgressLine.text(figures, .seconds(1_234), 100_000)
        #expect(text.hasPrefix("1234s  100/100000 done  1234 open  0.08/s  TTFT p50 50."), "\(text)")
        #expect(text.hasSuffix("  TPOT 10.0 ms"), "\(text)")
        #expect(text.count < 80)
    }
}
