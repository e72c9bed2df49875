public import ServingTypes

extension Hello {
    /// Why these two processes must not talk, or `nil` when they may.
    ///
    /// Both sides get the same sentence, whichever compares, so that the two logs agree. Model and layout are
    /// compared where both have one; codecs and numerics classes between workers, which exchange KV.
    public func mismatch(with peer: Hello) -> ServingError? {
        let (first, second) = Self.precedes(self, peer) ? (self, peer) : (peer, self)
        return Self.strangers(first, second) ?? Self.wrongPair(first, second) ?? Self.differentModels(
            first,
            second
        )
            ?? Self.differentWorkers(first, second)
    }

    private static func precedes(_ left: Hello, _ right: Hello) -> Bool {
        (left.kind, left.name, left.incarnation) <= (right.kind, right.name, right.incarnation)
    }

    private var title: String { "\(kind.name) \(name)" }

    private static func strangers(_ first: Hello, _ second: Hello) -> ServingError? {
        if first.version != second.version {
            return ServingError(
                .protocolViolation,
                "\(first.title) speaks protocol version \(first.version), \(second.title) version "
                    + "\(second.version): run the same release on both"
            )
        }
        if first.cluster != second.cluster {
            return ServingError(
                .unauthorized,
                "\(first.title) belongs to cluster \(first.cluster), \(second.title) to \(second.cluster): "
                    + "check their certificates and addresses"
            )
        }
        return nil
    }

    private static func wrongPair(_ first: Hello, _ second: Hello) -> ServingError? {
        if first.name == second.name, first.incarnation == second.incarnation {
            return ServingError(
                .protocolViolation,
                "\(first.title) is connected to itself: check its addresses"
            )
        }
        if first.purpose != second.purpose {
            return ServingError(
                .protocolViolation,
                "\(first.title) expects a \(first.purpose.name) connection, \(second.title) a "
                    + "\(second.purpose.name) connection: run the same release on both"
            )
        }
        let isAllowed =
            switch (first.purpose, first.kind, second.kind) {
            case (.control, .router, .worker), (.control, .worker, .worker): true
            case (.lane, .worker, .worker): true
            case (.admin, .router, .admin): true
            case (.control, _, _), (.lane, _, _), (.admin, _, _): false
            }
        guard isAllowed else {
            return ServingError(
                .protocolViolation,
                "\(first.title) and \(second.title) have no use for a \(first.purpose.name) connection: "
                    + "check which address was meant"
            )
        }
        return nil
    }

    private static func differentModels(_ first: Hello, _ second: Hello) -> ServingError? {
        if let left = first.modelDigest, let right = second.modelDigest, left != right {
            return ServingError(
                .layoutMismatch,
                "\(first.title) serves model \(left), \(second.title) model \(right): "
                    + "give both the same model file"
            )
        }
        if let left = first.layout, let right = second.layout, left != right {
            return ServingError(
                .layoutMismatch,
                "\(first.title) has a KV cache of \(left), \(second.title) of \(right): "
                    + "give both the same model and KV settings"
            )
        }
        return nil
    }

    private static func differentWorkers(_ first: Hello, _ second: Hello) -> ServingError? {
        guard first.kind == .worker, second.kind == .worker else { return nil }
        if !first.codecs.contains(where: second.codecs.contains) {
            return ServingError(
                .layoutMismatch,
                "\(first.title) has the KV codecs \(first.codecs.joined(separator: ", ")), \(second.title) "
                    + "\(second.codecs.joined(separator: ", ")): allow a common one"
            )
        }
        if first.numericsClass != second.numericsClass {
            return ServingError(
                .layoutMismatch,
                "\(first.title) computes in numerics class \(first.numericsClass), \(second.title) in "
                    + "\(second.numericsClass): one must not continue what the other began"
            )
        }
        return nil
    }
}
