internal import CWireProto
internal import ServingTypes

private enum Field {
    static let purpose = ChoiceField<ConnectionPurpose>("hello.purpose")
    static let kind = ChoiceField<PeerKind>("hello.kind")
    static let name = TextField("hello.name")
    static let cluster = TextField("hello.cluster")
    static let numericsClass = TextField("hello.numerics_class", bytes: 0...WireLimits.nameBytes)
    static let codec = TextField("hello.codecs")
    static let listenHost = TextField("hello.listen_host", bytes: 1...WireLimits.hostBytes)
    static let listenPort = IntegerField("hello.listen_port", 1...Int(UInt16.max))
}

extension Hello {
    init(_ raw: UnsafeMutablePointer<Baton__Hello>) throws(WireError) {
        self.init(
            purpose: try Field.purpose.decode(raw.pointee.purpose),
            kind: try Field.kind.decode(raw.pointee.kind),
            name: try Field.name.decode(raw.pointee.name),
            incarnation: try .checked(raw.pointee.incarnation, "hello.incarnation"),
            cluster: try Field.cluster.decode(raw.pointee.cluster)
        )
        version = raw.pointee.version
        guard version == Self.currentVersion else { return }
        if let digest = raw.pointee.model_digest { modelDigest = try Bytes128(digest, "hello.model_digest") }
        if let shape = raw.pointee.layout { layout = try KVLayout(shape) }
        numericsClass = try Field.numericsClass.decode(raw.pointee.numerics_class)
        codecs = try Self.codecs(raw)
        if raw.pointee.listen_host.len > 0 || raw.pointee.listen_port != 0 {
            listener = Listener(
                host: try Field.listenHost.decode(raw.pointee.listen_host),
                port: UInt16(try Field.listenPort.decode(raw.pointee.listen_port))
            )
        }
        try checkWorker()
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Hello> {
        try checkWorker()
        let raw = try arena.make(CWireProto_make_hello)
        raw.pointee.version = version
        raw.pointee.purpose = try Field.purpose.encode(purpose)
        raw.pointee.kind = try Field.kind.encode(kind)
        raw.pointee.name = try Field.name.encode(name, in: arena)
        raw.pointee.incarnation = try Incarnation.checked(incarnation.rawValue, "hello.incarnation").rawValue
        raw.pointee.cluster = try Field.cluster.encode(cluster, in: arena)
        raw.pointee.model_digest = try modelDigest?.raw(in: arena)
        raw.pointee.layout = try layout?.raw(in: arena)
        raw.pointee.numerics_class = try Field.numericsClass.encode(numericsClass, in: arena)
        try setCodecs(of: raw, in: arena)
        if let listener {
            raw.pointee.listen_host = try Field.listenHost.encode(listener.host, in: arena)
            raw.pointee.listen_port = try Field.listenPort.encode(Int(listener.port))
        }
        return raw
    }

    /// A worker without one of these could not be given work, so its peer need not ask again.
    private func checkWorker() throws(WireError) {
        guard kind == .worker, version == Self.currentVersion else { return }
        if modelDigest == nil { throw .missing(field: "hello.model_digest") }
        if layout == nil { throw .missing(field: "hello.layout") }
        if numericsClass.isEmpty { throw .missing(field: "hello.numerics_class") }
        if codecs.isEmpty { throw .missing(field: "hello.codecs") }
        if listener == nil { throw .missing(field: "hello.listen_host") }
    }

    private static func codecs(_ raw: UnsafeMutablePointer<Baton__Hello>) throws(WireError) -> [String] {
        let count = raw.pointee.n_codecs
        guard count <= WireLimits.codecs else {
            throw .tooLong(field: "hello.codecs", count: count, limit: WireLimits.codecs)
        }
        var codecs: [String] = []
        for entry in UnsafeBufferPointer(start: raw.pointee.codecs, count: count) {
            codecs.append(try Field.codec.decode(entry))
        }
        return codecs
    }

    private func setCodecs(
        of raw: UnsafeMutablePointer<Baton__Hello>,
        in arena: borrowing Arena
    ) throws(WireError) {
        guard codecs.count <= WireLimits.codecs else {
            throw .tooLong(field: "hello.codecs", count: codecs.count, limit: WireLimits.codecs)
        }
        let list: UnsafeMutableBufferPointer<ProtobufCBinaryData> = try arena.array(codecs.count)
        for (index, codec) in codecs.enumerated() {
            list.initializeElement(at: index, to: try Field.codec.encode(codec, in: arena))
        }
        raw.pointee.n_codecs = codecs.count
        raw.pointee.codecs = list.baseAddress
    }
}
