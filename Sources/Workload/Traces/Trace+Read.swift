extension Trace {
    /// Tokens under one identity of a Mooncake trace.
    public static let mooncakeBlockTokens = 512

    /// Reads a trace from its bytes; arrivals count from midnight of 1970-01-01 for dates, else from the
    /// trace's zero.
    ///
    /// Requests without prompt or answer, which some traces keep for failures, are counted and left out.
    /// - Throws: ``TraceError`` with the number of the first line that cannot be used.
    /// - Complexity: O(bytes).
    public static func read(_ bytes: [UInt8], format: TraceFormat, limits: TraceLimits = TraceLimits())
        throws(TraceError) -> Trace
    {
        switch format {
        case .mooncake: try mooncake(bytes, limits)
        case .azure: try table(bytes, limits, CSVColumns.azure)
        case .burstGPT: try table(bytes, limits, CSVColumns.burstGPT)
        }
    }

    private static func mooncake(_ bytes: [UInt8], _ limits: TraceLimits) throws(TraceError) -> Trace {
        var lines = try LineReader(bytes, limits)
        var assembly = TraceAssembly(blockTokens: mooncakeBlockTokens, limits)
        while let line = try lines.next() {
            do throws(TraceError.Problem) {
                try assembly.add(try mooncakeRecord(line))
            } catch {
                throw lines.error(error)
            }
        }
        return try assembly.finished()
    }

    private static func mooncakeRecord(_ line: ArraySlice<UInt8>) throws(TraceError.Problem) -> TraceRecord {
        let object = try JSONLine.parse(line)
        return TraceRecord(
            arrival: try object.milliseconds("timestamp"),
            inputTokens: try object.integer("input_length"),
            outputTokens: try object.integer("output_length"),
            blockIDs: try object.identities("hash_ids"),
            labels: try labels(object)
        )
    }

    /// Two members that are ours: `group`, a name, and `headers`, an object of texts.
    private static func labels(_ object: JSONLine) throws(TraceError.Problem) -> RequestLabels {
        var labels = RequestLabels(group: try object.text("group"))
        for member in try object.texts("headers") {
            guard let header = RequestLabels.Header(name: member.key, value: member.value) else {
                throw .badField("headers", value: String(member.key.prefix(60)))
            }
            labels.headers.append(header)
        }
        return labels
    }

    private static func table(_ bytes: [UInt8], _ limits: TraceLimits, _ columns: CSVColumns)
        throws(TraceError) -> Trace
    {
        var lines = try LineReader(bytes, limits)
        guard let heading = try lines.next() else { throw TraceError(line: 0, .empty) }
        var assembly = TraceAssembly(limits)
        do throws(TraceError.Problem) {
            let places = try columns.places(in: CSVLine.fields(heading))
            while let line = try nextLine(&lines) {
                try assembly.add(try columns.record(CSVLine.fields(line), places))
            }
        } catch {
            throw lines.error(error)
        }
        return try assembly.finished()
    }

    /// The reader's own errors name their line already; here only the problem is wanted.
    private static func nextLine(_ lines: inout LineReader) throws(TraceError.Problem) -> ArraySlice<UInt8>? {
        do throws(TraceError) {
            return try lines.next()
        } catch {
            throw error.problem
        }
    }
}
