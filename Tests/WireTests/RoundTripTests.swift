import ServingTypes
import Testing
import Wire

@Suite struct RoundTripTests {
    @Test("every message arrives as it was sent", arguments: MessageType.allCases)
    func roundTrip(type: MessageType) throws {
        for seed: UInt64 in 1...200 {
            var generator = MessageGenerator(seed: seed)
            let message = generator.message(type)
            let encoded = try message.encode()
            let decoded = try Message.decode(
                type: encoded.type,
                header: encoded.header,
                payload: encoded.payload
            )
            #expect(decoded == message, "seed \(seed)")
            #expect(encoded.type == type && message.type == type, "seed \(seed)")
        }
    }

    @Test(
        "durations are rounded to the nearest microsecond",
        arguments: [
            (Duration.nanoseconds(1_499), Duration.microseconds(1)),
            (.nanoseconds(1_500), .microseconds(2)),
            (.nanoseconds(499), .zero),
        ]
    )
    func durationRounding(sent: Duration, received: Duration) throws {
        var report = StageReport()
        report.queue = sent
        let attempt = AttemptID(request: RequestID(rawValue: Bytes128(high: 1, low: 2)), number: 1)
        let encoded = try Message.ended(WorkEnded(attempt: attempt, report: report)).encode()
        let decoded = try Message.decode(type: encoded.type, header: encoded.header, payload: encoded.payload)
        report.queue = received
        #expect(decoded == .ended(WorkEnded(attempt: attempt, report: report)))
    }

    @Test(
        "a long sentence is cut at the end of a character",
        arguments: [
            (String(repeating: "a", count: 1_024), 1_024),
            (String(repeating: "a", count: 1_025), 1_024),
            (String(repeating: "a", count: 1_023) + "é", 1_023),
            (String(repeating: "漢", count: 400), 1_023),
            (String(repeating: "👩‍👩‍👧", count: 100), 1_008),
        ]
    )
    func sentenceCut(sentence: String, receivedBytes: Int) throws {
        let encoded = try Message.failure(ServingError(.engine, sentence)).encode()
        let decoded = try Message.decode(type: encoded.type, header: encoded.header, payload: encoded.payload)
        guard case .failure(let error) = decoded else {
            Issue.record("decoded \(decoded)")
            return
        }
        #expect(sentence.hasPrefix(error.message))
        #expect(error.message.utf8.count == receivedBytes)
    }
}
