import ServingTypes

@testable import ServingCore

/// Workers, their path books and the links between them, in simulated time.
///
/// A lane takes a chunk when the kernel has room; the link serves its flows in turn; the receiver
/// acknowledges at once, but, unless nothing follows, no sooner than 4.5 ms after its last acknowledgement, over a
/// control connection that may stall.
final class PathWorld {
    static let acknowledgementInterval: Int64 = 4_500_000
    static let firstWindow = 14_600.0
    static let restartPause: Int64 = 200_000_000

    var books: [PathBook]
    var links: [PathLink]
    var flows: [PathFlow] = []
    var random: PathRandom
    private(set) var now: Int64 = 1_000_000_000
    /// What a flow sends before it is another's turn: the same for all, so that they share equally.
    private var quantum = 1 << 20
    private var events = PathEventQueue()
    /// Called with a sender's number when its load report is due; every 50 ms once started.
    var reported: ((Int, PathWorld) -> Void)?

    init(books: [PathBook], links: [PathLink], seed: UInt64) {
        self.books = books
        self.links = links
        random = PathRandom(seed: seed)
    }

    var timestamp: Timestamp { Timestamp(nanoseconds: now) }

    func add(_ flow: PathFlow) {
        flows.append(flow)
        quantum = min(quantum, flow.chunkBytes)
        books[flow.sender].know(flow.peer)
        books[flow.sender].roundTrip(.nanoseconds(flow.roundTrip), to: flow.peer)
    }

    func offer(_ bytes: Int, on flow: Int, after delay: Double = 0) {
        events.add(.offered(flow: flow, bytes: bytes), at: now + Int64(delay * 1e9))
    }

    func startReports() {
        for sender in books.indices { events.add(.reported(sender: sender), at: now + Int64(sender)) }
    }

    /// Runs until nothing is on its way, or to a time.
    func run(until end: Int64 = .max) {
        while let next = events.nextTime, next <= end, let (time, event) = events.pop() {
            now = time
            handle(event)
        }
        if end != .max { now = max(now, end) }
    }

    func pause(_ seconds: Double) { run(until: now + Int64(seconds * 1e9)) }

    /// Sends a transfer and waits for its last acknowledgement.
    func transfer(_ bytes: Int, on flow: Int) {
        offer(bytes, on: flow)
        run()
    }

    func report(_ flow: Int) -> PathReport? {
        books[flows[flow].sender].reports().first { $0.peer == flows[flow].peer }
    }

    private func handle(_ event: PathEventQueue.Event) {
        switch event {
        case .offered(let flow, let bytes):
            flows[flow].waiting += bytes
            fill(flow)
        case .served(let link, let flow, let bytes):
            links[link].isBusy = false
            served(flow, bytes)
            fill(flow)
            serve(link)
        case .landed(let flow, let bytes, let endsBurst): landed(flow, bytes, endsBurst)
        case .acknowledge(let flow):
            flows[flow].isTimerSet = false
            if flows[flow].landed > 0 { acknowledge(flow) }
        case .acknowledged(let flow, let bytes):
            books[flows[flow].sender].delivered(bytes, to: flows[flow].peer, now: timestamp)
        case .windowOpened(let flow, let bytes):
            flows[flow].inNetwork -= bytes
            flows[flow].window = min(flows[flow].window + Double(bytes), 1e9)
            release(flow)
            serve(flows[flow].link)
        case .reported(let sender):
            reported?(sender, self)
            events.add(event, at: now + 50_000_000)
        }
    }

    /// Lanes take chunks as long as the kernel has room.
    private func fill(_ index: Int) {
        var flow = flows[index]
        while flow.waiting > 0 {
            let chunk = min(flow.chunkBytes, flow.waiting)
            guard flow.inKernel == 0 || flow.inKernel + chunk <= flow.kernelBytes else { break }
            flow.waiting -= chunk
            flow.inKernel += chunk
            flow.unsent += chunk
            flow.chunks.append((chunk, flow.waiting == 0))
            books[flow.sender].queued(chunk, to: flow.peer, now: timestamp)
        }
        books[flow.sender].backlog(flow.waiting > 0, to: flow.peer, now: timestamp)
        if flow.startsSlowly, now - flow.lastSent > Self.restartPause, flow.inNetwork == 0 {
            flow.window = Self.firstWindow
        }
        flows[index] = flow
        release(index)
        serve(flow.link)
    }

    /// Moves bytes from the kernel to the link as far as the congestion window allows.
    private func release(_ index: Int) {
        let room = flows[index].window - Double(flows[index].inNetwork)
        let bytes = room > 1e15 ? flows[index].unsent : min(flows[index].unsent, max(0, Int(room)))
        flows[index].unsent -= bytes
        flows[index].atLink += bytes
        flows[index].inNetwork += bytes
        flows[index].lastSent = now
    }

    private func serve(_ link: Int) {
        guard !links[link].isBusy, !flows.isEmpty else { return }
        for step in 1...flows.count {
            let index = (links[link].turn + step) % flows.count
            let flow = flows[index]
            guard flow.link == link, flow.atLink > 0 else { continue }
            let quantum = max(16_384, min(quantum, Int(min(flow.window, 1e9)) / 8))
            let bytes = min(flow.atLink, quantum)
            links[link].turn = index
            links[link].isBusy = true
            flows[index].atLink -= bytes
            let end = links[link].serve(bytes, now: now)
            events.add(.served(link: link, flow: index, bytes: bytes), at: end)
            return
        }
    }

    private func served(_ index: Int, _ bytes: Int) {
        flows[index].passed += bytes
        flows[index].inKernel -= bytes
        let trip = flows[index].roundTrip
        if flows[index].startsSlowly {
            events.add(.windowOpened(flow: index, bytes: bytes), at: now + trip)
        } else {
            flows[index].inNetwork -= bytes
        }
        while let chunk = flows[index].chunks.first, flows[index].passed >= chunk.bytes {
            flows[index].passed -= chunk.bytes
            flows[index].chunks.removeFirst()
            let (bytes, endsBurst) = chunk
            events.add(.landed(flow: index, bytes: bytes, endsBurst: endsBurst), at: now + trip / 2)
        }
    }

    private func landed(_ index: Int, _ bytes: Int, _ endsBurst: Bool) {
        flows[index].landed += bytes
        let due = flows[index].lastAcknowledged + Self.acknowledgementInterval
        if endsBurst || now >= due {
            acknowledge(index)
        } else if !flows[index].isTimerSet {
            flows[index].isTimerSet = true
            events.add(.acknowledge(flow: index), at: due)
        }
    }

    private func acknowledge(_ index: Int) {
        let flow = flows[index]
        var arrival = now + flow.roundTrip / 2 + Int64(random.int(0...flow.jitter))
        if random.int(0...999) < flow.stallsPerMille {
            flows[index].stalledUntil = max(
                flow.stalledUntil,
                arrival + Int64(random.int(20...120)) * 1_000_000
            )
        }
        // One connection: what comes later does not overtake, and all of a stall arrives together.
        arrival = max(arrival, flows[index].stalledUntil)
        flows[index].stalledUntil = arrival
        flows[index].landed = 0
        flows[index].lastAcknowledged = now
        events.add(.acknowledged(flow: index, bytes: flow.landed), at: arrival)
    }
}
