internal import ServingTypes
internal import Wire

/// One worker without an engine in its cluster: how it greets and registers.
struct NullPlace {
    let hello: Hello
    let registration: WorkerRegistration

    /// - Parameter index: tells the ports of several workers apart; nobody dials them, since KV never leaves such a worker.
    init(
        _ name: String,
        index: Int,
        role: WorkerRole,
        cluster: String,
        model: NullModel,
        blockCount: Int,
        maxRunning: Int
    ) {
        let incarnation = Incarnation(rawValue: .random(in: 1 ... .max))
        let (host, port) = ("127.0.0.1", UInt16(index + 1))
        var hello = Hello(
            purpose: .control,
            kind: .worker,
            name: name,
            incarnation: incarnation,
            cluster: cluster
        )
        hello.modelDigest = model.digest
        hello.layout = model.layout
        hello.numericsClass = "null"
        hello.codecs = [KVCodec.raw.name]
        hello.listener = Hello.Listener(host: host, port: port)
        self.hello = hello
        registration = WorkerRegistration(
            address: WorkerAddress(
                worker: WorkerRef(id: WorkerID(rawValue: name), incarnation: incarnation),
                host: host,
                port: port
            ),
            role: role,
            modelName: model.name,
            contextTokens: model.contextTokens,
            blockCount: blockCount,
            cost: CostCoefficients(),
            maxRunning: maxRunning
        )
    }
}
