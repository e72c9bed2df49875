/// Which columns of a table hold what.
struct CSVColumns {
    private let arrival: String
    private let input: String
    private let output: String
    private let readTime: @Sendable (String) -> Duration?

    static let azure = CSVColumns(
        arrival: "TIMESTAMP",
        input: "ContextTokens",
        output: "GeneratedTokens",
        readTime: TraceTime.date
    )
    static let burstGPT = CSVColumns(
        arrival: "Timestamp",
        input: "Request tokens",
        output: "Response tokens",
        readTime: { TraceTime.decimal($0, unit: 1_000_000_000) }
    )

    struct Places {
        var arrival: Int
        var input: Int
        var output: Int
    }

    func places(in heading: [String]) throws(TraceError.Problem) -> Places {
        func place(_ name: String) throws(TraceError.Problem) -> Int {
            guard let place = heading.firstIndex(of: name) else { throw .missingColumn(name) }
            return place
        }
        return Places(arrival: try place(arrival), input: try place(input), output: try place(output))
    }

    func record(_ fields: [String], _ places: Places) throws(TraceError.Problem) -> TraceRecord {
        func field(_ name: String, _ place: Int) throws(TraceError.Problem) -> String {
            guard place < fields.count, !fields[place].isEmpty else { throw .missingField(name) }
            return fields[place]
        }
        func count(_ name: String, _ place: Int) throws(TraceError.Problem) -> Int {
            let text = try field(name, place)
            guard let count = Int(text) else { throw .badField(name, value: String(text.prefix(60))) }
            return count
        }
        let time = try field(arrival, places.arrival)
        guard let arrived = readTime(time) else {
            throw .badField(arrival, value: String(time.prefix(60)))
        }
        return TraceRecord(
            arrival: arrived,
            inputTokens: try count(input, places.input),
            outputTokens: try count(output, places.output)
        )
    }
}
