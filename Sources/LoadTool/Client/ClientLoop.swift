internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServingTypes
internal import Workload

/// One event loop's share of a client: sends requests when they are due, over connections that it keeps.
///
/// Timers, sockets and bookkeeping are on the loop's own thread, so a request that is due leaves without a hop between
/// threads, however many answers are outstanding.
final class ClientLoop {
    /// How often limits are looked at: they are passed by this much at most.
    private static let sweepInterval = TimeAmount.milliseconds(20)

    let eventLoop: any EventLoop
    let limits: ClientLimits
    private let target: ClientTarget
    private var gate: ClientGate
    private var origin = Timestamp.zero
    private var due = CircularBuffer<OutgoingRequest>()
    private var idle: [ClientConnection] = []
    private var inFlight: [Exchange] = []
    private var outcomes: [RequestOutcome] = []
    private var answersWithUsage = 0
    private var retries = 0
    private var alarm: Scheduled<Void>?
    private var alarmTime: Duration?
    private var sweep: Scheduled<Void>?
    private var isStopped = false

    init(eventLoop: any EventLoop, target: ClientTarget, limits: ClientLimits) {
        self.eventLoop = eventLoop
        self.target = target
        self.limits = limits
        gate = ClientGate(limit: limits.connections)
    }

    // MARK: Sending

    /// Starts a run: times of outcomes count from `origin`.
    func begin(gate: ClientGate, origin: Timestamp) {
        self.gate = gate
        self.origin = origin
        isStopped = false
        outcomes = []
        (answersWithUsage, retries) = (0, 0)
        armSweep()
    }

    /// Takes requests in the order in which they are due.
    func add(_ requests: [OutgoingRequest]) {
        guard !isStopped else { return gate.drop(requests) }
        due.append(contentsOf: requests)
        sendDue()
    }

    private func sendDue() {
        while let first = due.first, first.due.map({ origin + $0 <= .now }) ?? true {
            due.removeFirst()
            if gate.admit(first) { start(first) }
        }
        armAlarm()
    }

    private func armAlarm() {
        let next = due.first?.due
        guard next != alarmTime else { return }
        alarm?.cancel()
        (alarm, alarmTime) = (nil, next)
        guard let next else { return }
        alarm = eventLoop.assumeIsolated().scheduleTask(deadline: (origin + next).deadline) {
            (self.alarm, self.alarmTime) = (nil, nil)
            self.sendDue()
        }
    }

    private func start(_ request: OutgoingRequest) {
        let exchange = Exchange(request, origin: origin, sent: .now)
        exchange.place = inFlight.count
        inFlight.append(exchange)
        send(exchange)
    }

    private func send(_ exchange: Exchange) {
        while let connection = idle.popLast() {
            connection.idlePlace = nil
            guard connection.isOpen, !exchange.isRetried else { continue }
            return connection.send(exchange, head: target.head(for: exchange.request), reused: true)
        }
        connect(for: exchange)
    }

    private func connect(for exchange: Exchange) {
        let connection = ClientConnection(loop: self)
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        let target = target
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.nanoseconds(limits.connect.nanoseconds))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try target.prepare(channel, for: bound.value) }
            }
            .connect(to: target.socketAddress)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success: self.connected(connection, for: exchange)
                case .failure(let error):
                    guard !exchange.isOver else { return }
                    self.failed(exchange, target.failure(error, self.limits), canRetry: false)
                }
            }
    }

    private func connected(_ connection: ClientConnection, for exchange: Exchange) {
        guard !exchange.isOver else { return keep(connection) }
        connection.send(exchange, head: target.head(for: exchange.request), reused: false)
    }

    // MARK: What connections report

    /// A connection is free for the next request.
    func keep(_ connection: ClientConnection) {
        connection.idlePlace = idle.count
        idle.append(connection)
    }

    /// A connection is gone.
    func closed(_ connection: ClientConnection) {
        guard let place = connection.idlePlace else { return }
        connection.idlePlace = nil
        let last = idle.removeLast()
        guard last !== connection else { return }
        idle[place] = last
        last.idlePlace = place
    }

    /// An answer is complete.
    func ended(_ exchange: Exchange) { settle(exchange) }

    /// A request failed, or is sent once more when only its connection was stale.
    func failed(_ exchange: Exchange, _ failure: ClientFailure, canRetry: Bool) {
        if canRetry, !exchange.isRetried, !isStopped {
            exchange.isRetried = true
            retries += 1
            return connect(for: exchange)
        }
        exchange.fail(failure, at: .now)
        settle(exchange)
    }

    private func settle(_ exchange: Exchange) {
        let last = inFlight.removeLast()
        if last !== exchange {
            inFlight[exchange.place] = last
            last.place = exchange.place
        }
        if exchange.hasUsage { answersWithUsage += 1 }
        outcomes.append(exchange.outcome)
        var following = exchange.answer.flatMap { answer in
            isStopped || exchange.outcome.failure != nil
                ? nil : exchange.request.next?(answer, Timestamp.now - origin)
        }
        following?.hasPlace = gate.keepsPlaces
        if let next = gate.finished(exchange.outcome, following: following) { start(next) }
        if let following { insert(following) }
    }

    /// Puts the next turn of a conversation among the requests that are due later.
    private func insert(_ request: OutgoingRequest) {
        let moment = request.due ?? .zero
        let place = due.firstIndex { ($0.due ?? .zero) > moment } ?? due.endIndex
        due.insert(request, at: place)
        sendDue()
    }

    // MARK: Limits and the end

    private func armSweep() {
        sweep?.cancel()
        sweep = eventLoop.assumeIsolated().scheduleTask(in: Self.sweepInterval) {
            self.checkLimits()
            if !self.isStopped || !self.inFlight.isEmpty { self.armSweep() }
        }
    }

    private func checkLimits() {
        let now = Timestamp.now
        for exchange in inFlight.reversed() {
            guard let failure = exchange.passedLimit(limits, now: now) else { continue }
            exchange.connection?.abandon()
            failed(exchange, failure, canRetry: false)
        }
    }

    /// Sends nothing more; requests in flight go on.
    func stopSending() {
        isStopped = true
        gate.drop(Array(due))
        due.removeAll()
        armAlarm()
    }

    /// Ends every request in flight as given up.
    func giveUp() {
        for exchange in inFlight.reversed() {
            exchange.connection?.abandon()
            failed(exchange, .givenUp, canRetry: false)
        }
    }

    /// Ends the run and hands over what it brought; connections are kept for the next one.
    func takeResults() -> ClientResults {
        stopSending()
        giveUp()
        sweep?.cancel()
        sweep = nil
        defer { outcomes = [] }
        return ClientResults(outcomes: outcomes, answersWithUsage: answersWithUsage, retries: retries)
    }

    /// Closes every connection.
    func close() {
        for connection in idle { connection.abandon() }
        idle = []
    }
}
