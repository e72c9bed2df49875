/// Makes the requests of a run ahead of their time, in order.
struct RequestMaker: Sendable {
    let plan: RunPlan
    /// When each is sent; `nil` for as soon as there is room.
    let schedule: [Duration]?
    let gate: ClientGate

    private var count: Int { schedule?.count ?? plan.source.count }

    /// Makes as many requests as are kept ahead, before the run starts.
    func makeAhead() -> [OutgoingRequest] {
        var requests: [OutgoingRequest] = []
        while requests.count < count, !gate.isFull {
            let request = request(at: requests.count)
            gate.made([request])
            requests.append(request)
        }
        return requests
    }

    /// Hands over what was made, then makes the rest as there is room; returns when all is made or nothing more is wanted.
    ///
    /// - Parameter deliver: takes requests and the number of the batch.
    func finish(
        after first: [OutgoingRequest],
        batch size: Int,
        _ deliver: ([OutgoingRequest], _ batch: Int) -> Void
    ) {
        var number = 0
        func hand(_ requests: [OutgoingRequest]) {
            deliver(requests, number)
            number += 1
        }
        for start in stride(from: 0, to: first.count, by: size) {
            hand(Array(first[start..<min(start + size, first.count)]))
        }
        var index = first.count
        while index < count, gate.awaitRoom() {
            let end = min(index + size, count)
            let requests = (index..<end).map(request(at:))
            gate.made(requests)
            hand(requests)
            index = end
        }
        gate.fed()
    }

    private func request(at index: Int) -> OutgoingRequest {
        plan.source.request(at: index, due: schedule.map { $0[index] })
    }
}
