internal import CWireProto
internal import ServingTypes

private let gauge = IntegerField("blocks", IntegerField.anyCount)
private let pathRate = RealField<Double>("path.bytes_per_second", 0...1e15)
private let pathBytes = IntegerField("path.in_flight_bytes", IntegerField.anyCount)

extension BlockGauges {
    init(_ raw: UnsafeMutablePointer<Baton__BlockGauges>?) throws(WireError) {
        guard let raw else { throw .missing(field: "blocks") }
        self.init()
        free = try gauge.decode(raw.pointee.free)
        cached = try gauge.decode(raw.pointee.cached)
        running = try gauge.decode(raw.pointee.running)
        reserved = try gauge.decode(raw.pointee.reserved)
        leased = try gauge.decode(raw.pointee.leased)
        quarantined = try gauge.decode(raw.pointee.quarantined)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__BlockGauges> {
        let raw = try arena.make(CWireProto_make_block_gauges)
        raw.pointee.free = try gauge.encode(free)
        raw.pointee.cached = try gauge.encode(cached)
        raw.pointee.running = try gauge.encode(running)
        raw.pointee.reserved = try gauge.encode(reserved)
        raw.pointee.leased = try gauge.encode(leased)
        raw.pointee.quarantined = try gauge.encode(quarantined)
        return raw
    }
}

extension PathReport {
    /// A list of protobuf messages, as the generated code holds it.
    typealias RawList = UnsafeMutablePointer<UnsafeMutablePointer<Baton__PathReport>?>

    static func list(_ raw: RawList?, count: Int) throws(WireError) -> [PathReport] {
        guard count <= WireLimits.paths else {
            throw .tooLong(field: "paths", count: count, limit: WireLimits.paths)
        }
        var paths: [PathReport] = []
        paths.reserveCapacity(count)
        for entry in UnsafeBufferPointer(start: raw, count: count) {
            guard let path = entry?.pointee else { throw .missing(field: "path") }
            paths.append(
                PathReport(
                    peer: try WorkerID(path.peer),
                    bytesPerSecond: try pathRate.check(path.bytes_per_second),
                    inFlightBytes: try pathBytes.decode(path.in_flight_bytes)
                )
            )
        }
        return paths
    }

    static func rawList(_ paths: [PathReport], in arena: borrowing Arena) throws(WireError) -> RawList? {
        guard paths.count <= WireLimits.paths else {
            throw .tooLong(field: "paths", count: paths.count, limit: WireLimits.paths)
        }
        let list: UnsafeMutableBufferPointer<UnsafeMutablePointer<Baton__PathReport>?>
        list = try arena.array(paths.count)
        for (index, path) in paths.enumerated() {
            let raw = try arena.make(CWireProto_make_path_report)
            raw.pointee.peer = try path.peer.raw(in: arena)
            raw.pointee.bytes_per_second = try pathRate.check(path.bytesPerSecond)
            raw.pointee.in_flight_bytes = try pathBytes.encode(path.inFlightBytes)
            list.initializeElement(at: index, to: raw)
        }
        return list.baseAddress
    }
}
