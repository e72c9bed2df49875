internal import CLinux
internal import Dispatch
internal import Foundation

/// Makes something large, one at a time, on a thread before which all others go.
struct BackgroundWork: Sendable {
    private let queue = DispatchQueue(label: "background-work")
    private let make: @Sendable () -> [UInt8]

    init(_ make: @escaping @Sendable () -> [UInt8]) { self.make = make }

    /// What is made, once those who asked before have theirs.
    func result() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            queue.async { [make] in
                let done = DispatchSemaphore(value: 0)
                // A new thread each time: what it gives up of its priority it cannot get back.
                let thread = Thread {
                    // Refused, it only takes its turn like any other thread.
                    _ = clinux_thread_stand_back()
                    continuation.resume(returning: make())
                    done.signal()
                }
                thread.name = "background"
                thread.start()
                done.wait()
            }
        }
    }
}
