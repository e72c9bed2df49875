internal import ServingTypes
internal import Wire

/// What the thread of a ``ControlLoop`` owns and does.
///
/// Its parts: this file holds the cycle and its commands; `+Opening` connections until they are open;
/// `+Traffic` reading and writing; `+Closing` how they end.
final class ControlLoopCore {
    enum TimerAction {
        case call(@Sendable () -> Void)
        case connectionDeadline(ConnectionID)
        case resumeListening(UInt64)
    }

    static let wakeToken: UInt64 = 0
    private static let scratchBytes = 16 << 10

    let mailbox: ControlMailbox
    let events: EventQueue
    let identity: TLSIdentity
    let configuration: ControlLoopConfiguration
    let delegate: any ControlLoopDelegate
    let resolver = HostResolver()
    /// What one read brings; its content does not outlive the delivery.
    let scratch: UnsafeMutableRawBufferPointer

    var connections: [ConnectionID: ControlConnection] = [:]
    var listeners: [UInt64: ListeningSocket] = [:]
    var timers = TimerHeap<TimerAction>()
    /// Connections that stopped on their budget: the descriptor may raise no event for what OpenSSL holds.
    var retries: [ConnectionID] = []
    /// Accepted connections that have not proved who they are.
    var unprovenCount = 0

    init(
        mailbox: ControlMailbox,
        events: EventQueue,
        identity: TLSIdentity,
        configuration: ControlLoopConfiguration,
        delegate: any ControlLoopDelegate
    ) {
        self.mailbox = mailbox
        self.events = events
        self.identity = identity
        self.configuration = configuration
        self.delegate = delegate
        scratch = .allocate(byteCount: Self.scratchBytes, alignment: 64)
    }

    deinit { scratch.deallocate() }

    /// Works until the mailbox asks for the end.
    func run() {
        while true {
            let work = mailbox.takeWork()
            for command in work.commands { perform(command) }
            guard !work.isStopping else { break }
            for id in work.dirty {
                if let connection = connections[id] { flush(connection) }
            }
            continueRetries()
            fireTimers()
            waitAndHandle()
        }
        closeEverything()
    }

    private func perform(_ command: ControlCommand) {
        switch command {
        case .listen(let id, let socket):
            listeners[id] = socket
            watchListener(id)
        case .dial(let id, let target, let deadline):
            startDialing(id, target, deadline: deadline)
        case .resolved(let id, let result):
            if let connection = connections[id] { continueDialing(connection, resolved: result) }
        case .close(let id, let error):
            if let connection = connections[id] { close(connection, error) }
        case .schedule(let id, let deadline, let body):
            timers.add(id: id.rawValue, deadline: deadline, .call(body))
        case .cancel(let id):
            timers.cancel(id: id.rawValue)
        }
    }

    private func continueRetries() {
        let due = retries
        retries = []
        for id in due {
            guard let connection = connections[id] else { continue }
            connection.isQueuedForRetry = false
            flush(connection)
            if connections[id] != nil { receive(connection) }
        }
    }

    private func fireTimers() {
        let now = MonotonicClock.now
        while let action = timers.popDue(now: now) {
            switch action {
            case .call(let body): body()
            case .connectionDeadline(let id): if let connection = connections[id] { expire(connection) }
            case .resumeListening(let id): watchListener(id)
            }
        }
    }

    private func waitAndHandle() {
        let mayWait = retries.isEmpty && mailbox.mayWait()
        let timeout = mayWait ? MonotonicClock.pollTimeout(until: timers.nextDeadline()) : 0
        for event in events.wait(timeoutMilliseconds: timeout) {
            if event.token == Self.wakeToken {
                mailbox.drainWake()
            } else if let listener = listeners[event.token] {
                acceptSome(event.token, listener)
            } else if let connection = connections[ConnectionID(rawValue: event.token)] {
                handle(event, on: connection)
            }
        }
    }

    private func handle(_ event: EventQueue.Event, on connection: ControlConnection) {
        switch connection.phase {
        case .resolving:
            break
        case .connecting:
            finishConnecting(connection)
        case .handshaking(let session):
            continueHandshake(connection, session)
        case .refusing(let session):
            if !session.socket.discardInput() { drop(connection) }
        case .open, .flushing, .lingering:
            if event.isReadable || connection.readWantsWrite { receive(connection) }
            if event.isWritable, connections[connection.id] != nil { flush(connection) }
        }
    }

    /// Has a connection looked at again in the next cycle, after the others.
    func queueRetry(_ connection: ControlConnection) {
        guard !connection.isQueuedForRetry else { return }
        connection.isQueuedForRetry = true
        retries.append(connection.id)
    }

    /// Sets or replaces the one deadline of a connection.
    func setDeadline(of connection: ControlConnection, at deadline: Timestamp) {
        clearDeadline(of: connection)
        let timer = mailbox.newID()
        connection.deadlineTimer = timer
        timers.add(id: timer, deadline: deadline, .connectionDeadline(connection.id))
    }

    func clearDeadline(of connection: ControlConnection) {
        guard let timer = connection.deadlineTimer else { return }
        timers.cancel(id: timer)
        connection.deadlineTimer = nil
    }

    /// Watches the connection's descriptor for these events from now on.
    func watch(_ connection: ControlConnection, for wanted: UInt32) {
        guard wanted != connection.watched, let number = connection.descriptor else { return }
        do throws(TransportError) {
            if connection.watched == 0 {
                try events.add(number, events: wanted, token: connection.id.rawValue)
            } else {
                try events.change(number, events: wanted, token: connection.id.rawValue)
            }
            connection.watched = wanted
        } catch {
            finish(connection, error)
        }
    }

    func unwatch(_ connection: ControlConnection) {
        guard connection.watched != 0, let number = connection.descriptor else { return }
        connection.watched = 0
        let result = Result { () throws(TransportError) in try events.remove(number) }
        if case .failure(let error) = result {
            preconditionFailure("a watched descriptor is unknown: \(error)")
        }
    }
}
