import ServingTypes
import Testing
import Workload

/// Recorded requests are read exactly, or refused with the line at fault.
@Suite struct TraceTests {
    static func read(_ text: String, _ format: TraceFormat, _ limits: TraceLimits = TraceLimits()) throws
        -> Trace
    {
        try Trace.read(Array(text.utf8), format: format, limits: limits)
    }

    @Test func `a Mooncake trace has times in milliseconds and block identities`() throws {
        let trace = try Trace.read(try SmallRun.golden("mooncake.jsonl"), format: .mooncake)
        #expect(trace.records.count == 12)
        #expect(trace.blockTokens == 512)
        #expect(
            trace.records[0]
                == TraceRecord(
                    arrival: .zero,
                    inputTokens: 6_758,
                    outputTokens: 500,
                    blockIDs: Array(0...13)
                )
        )
        #expect(trace.records[11].arrival == .seconds(3))
        #expect(trace.span == .seconds(3))
        for record in trace.records { #expect(record.blockIDs.count == (record.inputTokens + 511) / 512) }
    }

    @Test func `an Azure trace keeps every digit of its times`() throws {
        let trace = try Trace.read(try SmallRun.golden("azure.csv"), format: .azure)
        #expect(trace.records.count == 12)
        // 2023-11-16 18:17:03.9799600 in UTC.
        #expect(trace.records[0].arrival == .seconds(1_700_158_623) + .nanoseconds(979_960_000))
        #expect(trace.records[1].arrival - trace.records[0].arrival == .milliseconds(52))
        #expect(trace.records[3].inputTokens == 7_433)
        #expect(trace.records[3].outputTokens == 14)
        #expect(trace.span == .nanoseconds(1_399_087_000))
    }

    @Test func `a BurstGPT trace leaves out its failures`() throws {
        let text = """
            Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
            5,ChatGPT,472,18,490,Conversation log
            45.25,GPT-4,1087,0,1087,"API log, old"
            118,ChatGPT,417,276,693,Conversation log
            """
        let trace = try Self.read(text, .burstGPT)
        #expect(trace.records.map(\.arrival) == [.seconds(5), .seconds(118)])
        #expect(trace.records.map(\.outputTokens) == [18, 276])
        #expect(trace.skippedCount == 1)
    }

    @Test func `a line may name its group and headers of its own`() throws {
        let text = """
            {"timestamp": 0, "input_length": 1, "output_length": 1, "group": "a", \
            "headers": {"Authorization": "Bearer k", "X-Request-Class": "fast"}}
            {"timestamp": 0, "input_length": 1, "output_length": 1, "headers": {}, "group": "b"}
            {"timestamp": 0, "input_length": 1, "output_length": 1}
            """
        let labels = try Self.read(text, .mooncake).records.map(\.labels)
        #expect(labels.map(\.group) == ["a", "b", nil])
        #expect(labels[0].headers.map(\.name) == ["Authorization", "X-Request-Class"])
        #expect(labels[0].headers.map(\.value) == ["Bearer k", "fast"])
        #expect(labels[1].headers.isEmpty && labels[2].headers.isEmpty)
    }

    @Test(arguments: [
        ("a group that is a number", #""group": 7"#, TraceError.Problem.badField("group", value: "7")),
        ("a group without a name", #""group": """#, .badField("group", value: "")),
        ("headers that are no object", #""headers": "a""#, .badField("headers", value: "a")),
        ("a header that is no text", #""headers": {"a": 1}"#, .badField("headers", value: "…")),
        ("a header's name with a space", #""headers": {"a b": "c"}"#, .badField("headers", value: "a b")),
        ("a header's value with a line feed", #""headers": {"a": "b\nc"}"#, .badField("headers", value: "a")),
    ])
    func labels(defect: String, member: String, problem: TraceError.Problem) {
        let text = #"{"timestamp": 0, "input_length": 1, "output_length": 1, "# + member + "}"
        #expect(throws: TraceError(line: 1, problem), "\(defect)") { try Self.read(text, .mooncake) }
    }

    static let heading = "TIMESTAMP,ContextTokens,GeneratedTokens\n"

    @Test(arguments: [
        ("nine digits", "1970-01-01 00:00:01.123456789", 1_123_456_789),
        ("no fraction", "1970-01-01 00:01:00", 60_000_000_000),
        ("the letter T and Z", "1970-01-02T00:00:00Z", 86_400_000_000_000),
        ("an offset from UTC", "1970-01-01 02:00:00.5+02:00", 500_000_000),
        ("an offset behind UTC", "1970-01-01 00:00:00-01:30", 5_400_000_000_000),
        ("a leap day", "1972-03-01 00:00:00", 68_256_000_000_000_000),
        ("a leap century", "2000-03-01 00:00:00", 951_868_800_000_000_000),
        ("digits beyond a nanosecond", "1970-01-01 00:00:00.0000000019", 1),
    ])
    func `dates are read`(what: String, text: String, nanoseconds: Int) throws {
        let trace = try Self.read(Self.heading + text + ",1,1", .azure)
        #expect(trace.records.map(\.arrival) == [.nanoseconds(nanoseconds)], "\(what)")
    }

    @Test(arguments: [
        (TraceFormat.azure, "", TraceError(line: 0, .empty)),
        (.azure, heading, TraceError(line: 0, .empty)),
        (.azure, "time,ContextTokens,GeneratedTokens\n", TraceError(line: 1, .missingColumn("TIMESTAMP"))),
        (.azure, heading + "2023-11-16 18:17:03,7", TraceError(line: 2, .missingField("GeneratedTokens"))),
        (
            .azure, heading + "\n\n2023-11-16 18:17:03,x,7",
            TraceError(line: 4, .badField("ContextTokens", value: "x"))
        ),
        (
            .azure, heading + "2023-13-16 18:17:03,7,7",
            TraceError(line: 2, .badField("TIMESTAMP", value: "2023-13-16 18:17:03"))
        ),
        (
            .azure, heading + "2023-11-16 18:17:03,7,-7",
            TraceError(line: 2, .badField("output length", value: "-7"))
        ),
        (
            .azure, heading + "2023-11-16 18:17:03,7,7\n2023-11-16 18:17:02,7,7",
            TraceError(line: 3, .timeGoesBack)
        ),
        (
            .mooncake, "{\"timestamp\": 0, \"input_length\": 5}",
            TraceError(line: 1, .missingField("output_length"))
        ),
        (.mooncake, "[1]", TraceError(line: 1, .badJSON("'{'", column: 1))),
        (.mooncake, "{\"timestamp\": 01}", TraceError(line: 1, .badJSON("a value", column: 15))),
        (.mooncake, "{\"timestamp\": \"0\"}", TraceError(line: 1, .badField("timestamp", value: "0"))),
        (
            .mooncake, "{\"timestamp\": 0, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": [-1]}",
            TraceError(line: 1, .badField("hash_ids", value: "…"))
        ),
        (.mooncake, "{\"a\": 1, \"a\": 1}", TraceError(line: 1, .badJSON("\"a\" once only", column: 13))),
        (
            .burstGPT, "Timestamp,Request tokens,Response tokens\n-5,1,1",
            TraceError(line: 2, .badField("Timestamp", value: "-5"))
        ),
        (
            .burstGPT, "Timestamp,Request tokens,Response tokens\n\"5,1,1",
            TraceError(line: 2, .badField("quoted value", value: ""))
        ),
    ])
    func `what cannot be read is refused with its line`(
        format: TraceFormat,
        text: String,
        expected: TraceError
    ) {
        #expect(throws: expected) { try Self.read(text, format) }
    }

    @Test(arguments: [
        (TraceLimits(bytes: 10), TraceError(line: 0, .tooLarge(bytes: 88, limit: 10))),
        (TraceLimits(lineBytes: 20), TraceError(line: 1, .lineTooLong(bytes: 39, limit: 20))),
        (TraceLimits(records: 1), TraceError(line: 3, .tooManyRecords(limit: 1))),
        (TraceLimits(tokens: 6), TraceError(line: 2, .tooGreat("input length", value: 7, limit: 6))),
    ])
    func `a trace beyond its limits is refused`(limits: TraceLimits, expected: TraceError) {
        let text = Self.heading + "2023-11-16 18:17:03,7,7\n2023-11-16 18:17:04,7,7\n"
        #expect(throws: expected) { try Self.read(text, .azure, limits) }
    }

    @Test(arguments: 1...200)
    func `damaged bytes are refused or read, never more`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (name, format) = seed % 2 == 0 ? ("mooncake.jsonl", TraceFormat.mooncake) : ("azure.csv", .azure)
        var bytes = try SmallRun.golden(name)
        for _ in 0..<random.int(in: 1...8) {
            bytes[random.int(in: 0...bytes.count - 1)] = UInt8(truncatingIfNeeded: random.next())
        }
        bytes.removeLast(random.int(in: 0...bytes.count / 2))
        do throws(TraceError) {
            let trace = try Trace.read(bytes, format: format)
            #expect(trace.records.count + trace.skippedCount <= 13, "seed \(seed)")
            #expect(zip(trace.records, trace.records.dropFirst()).allSatisfy { $0.arrival <= $1.arrival })
        } catch {
            #expect((0...14).contains(error.line), "seed \(seed): \(error)")
            #expect(!error.description.isEmpty)
        }
    }

    @Test func `a window and a beginning can be cut out`() throws {
        let trace = Trace(
            records: (0..<10).map { second in
                TraceRecord(arrival: .seconds(100 + second), inputTokens: 1, outputTokens: 1)
            }
        )
        #expect(
            trace.window(from: .seconds(2), for: .seconds(3)).arrivals == [
                .seconds(102), .seconds(103), .seconds(104),
            ]
        )
        #expect(trace.prefix(2).arrivals == [.seconds(100), .seconds(101)])
    }

    @Test func `prompts are read from lines and from JSON lines`() throws {
        let plain = try PromptFile.read(Array("Why?\r\n\n  {not JSON}\n".utf8))
        #expect(plain.map(\.text) == ["Why?", "  {not JSON}"])
        let text = #"{"prompt": "Caf\u00e9 \ud83d\ude00\n", "output_tokens": 7, "more": [null, {"a": true}]}"#
        let entries = try PromptFile.read(Array((text + "\n{\"prompt\":\"b\"}").utf8))
        #expect(entries.map(\.text) == ["Café 😀\n", "b"])
        #expect(entries.map(\.outputTokens) == [7, nil])
        #expect(throws: TraceError(line: 2, .missingField("prompt"))) {
            try PromptFile.read(Array("{\"prompt\":\"b\"}\n{}".utf8))
        }
        #expect(throws: TraceError(line: 1, .badJSON("a pair of surrogates", column: 18))) {
            try PromptFile.read(Array(#"{"prompt":"\ud83d"}"#.utf8))
        }
    }
}
