internal import CWireProto
internal import ServingTypes

private enum Field {
    static let rate = RealField<Double>("path.bytes_per_second", 0...1e15)
    static let inFlightBytes = IntegerField("path.in_flight_bytes", IntegerField.anyCount)
    static let roundTrip = DurationField("path.round_trip_us")
    static let expectedRate = RealField<Double>("path.expected_bytes_per_second", 0...1e15)
    static let sampleCount = IntegerField("path.sample_count", IntegerField.anyCount)
    static let recentRate = RealField<Double>("path.recent_bytes_per_second", 0...1e15)
    // A fast path passes 2⁴⁸ bytes within hours.
    static let deliveredBytes = IntegerField("path.delivered_bytes", 0...(1 << 60))
    static let waitingBytes = IntegerField("path.waiting_bytes", IntegerField.anyCount)
}

extension PathReport {
    /// A list of protobuf messages, as the generated code holds it.
    typealias RawList = UnsafeMutablePointer<UnsafeMutablePointer<Baton__PathReport>?>

    static func list(_ raw: RawList?, count: Int) throws(WireError) -> [PathReport] {
        try checkCount(count)
        var paths: [PathReport] = []
        paths.reserveCapacity(count)
        for entry in UnsafeBufferPointer(start: raw, count: count) {
            guard let entry else { throw .missing(field: "path") }
            paths.append(try PathReport(entry))
        }
        return paths
    }

    static func rawList(_ paths: [PathReport], in arena: borrowing Arena) throws(WireError) -> RawList? {
        try checkCount(paths.count)
        let list: UnsafeMutableBufferPointer<UnsafeMutablePointer<Baton__PathReport>?>
        list = try arena.array(paths.count)
        for (index, path) in paths.enumerated() {
            list.initializeElement(at: index, to: try path.raw(in: arena))
        }
        return list.baseAddress
    }

    private static func checkCount(_ count: Int) throws(WireError) {
        guard count <= WireLimits.paths else {
            throw .tooLong(field: "paths", count: count, limit: WireLimits.paths)
        }
    }

    private init(_ raw: UnsafeMutablePointer<Baton__PathReport>) throws(WireError) {
        self.init(
            peer: try WorkerID(raw.pointee.peer),
            bytesPerSecond: try Field.rate.check(raw.pointee.bytes_per_second),
            inFlightBytes: try Field.inFlightBytes.decode(raw.pointee.in_flight_bytes),
            isBacklogged: raw.pointee.is_backlogged != 0,
            roundTrip: try Field.roundTrip.decode(raw.pointee.round_trip_us),
            expectedBytesPerSecond: try Field.expectedRate.check(raw.pointee.expected_bytes_per_second),
            isDegraded: raw.pointee.is_degraded != 0,
            sampleCount: try Field.sampleCount.decode(raw.pointee.sample_count),
            isProbed: raw.pointee.is_probed != 0,
            recentBytesPerSecond: try Field.recentRate.check(raw.pointee.recent_bytes_per_second),
            deliveredBytes: try Field.deliveredBytes.decode(raw.pointee.delivered_bytes),
            waitingBytes: try Field.waitingBytes.decode(raw.pointee.waiting_bytes)
        )
    }

    private func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__PathReport> {
        let raw = try arena.make(CWireProto_make_path_report)
        raw.pointee.peer = try peer.raw(in: arena)
        raw.pointee.bytes_per_second = try Field.rate.check(bytesPerSecond)
        raw.pointee.in_flight_bytes = try Field.inFlightBytes.encode(inFlightBytes)
        raw.pointee.is_backlogged = isBacklogged ? 1 : 0
        raw.pointee.round_trip_us = try Field.roundTrip.encode(roundTrip)
        raw.pointee.expected_bytes_per_second = try Field.expectedRate.check(expectedBytesPerSecond)
        raw.pointee.is_degraded = isDegraded ? 1 : 0
        raw.pointee.sample_count = try Field.sampleCount.encode(sampleCount)
        raw.pointee.is_probed = isProbed ? 1 : 0
        raw.pointee.recent_bytes_per_second = try Field.recentRate.check(recentBytesPerSecond)
        raw.pointee.delivered_bytes = try Field.deliveredBytes.encode(deliveredBytes)
        raw.pointee.waiting_bytes = try Field.waitingBytes.encode(waitingBytes)
        return raw
    }
}
