namespace Orchestrator.Engine.Running;

/// <summary>The places in which activities run: a fixed number for the engine, given in order of asking. Safe for concurrent use.</summary>
internal sealed class Places(int count)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Ticket> _queue = [];
    private int _free = count;
    private bool _isClosed;

    /// <summary>How many places are free, and how many tickets queue.</summary>
    public (int Free, int Queued) Count()
    {
        lock (_lock) return (_free, _queue.Count);
    }

    /// <summary>Gives no place any more: who asks queues, and stays there.</summary>
    public void Close()
    {
        lock (_lock) _isClosed = true;
    }

    /// <summary>Takes a place; when there is none the ticket queues and its run hears of it later.</summary>
    public bool TryTake(Ticket ticket)
    {
        lock (_lock)
        {
            if (_free > 0 && !_isClosed)
            {
                _free--;
                return true;
            }

            _queue.AddLast(ticket);
            return false;
        }
    }

    /// <summary>Gives a place back; the longest waiting ticket gets it.</summary>
    public void Release()
    {
        Ticket next;
        do
        {
            lock (_lock)
            {
                if (_isClosed || _queue.First is not { } first)
                {
                    _free++;
                    return;
                }

                next = first.Value;
                _queue.RemoveFirst();
            }
        }
        while (!next.Run.PlaceGiven(next));
    }

    /// <summary>Takes out the tickets whose time in the queue is over.</summary>
    public List<Ticket> TakeExpired(DateTimeOffset now)
    {
        var expired = new List<Ticket>();
        lock (_lock)
        {
            for (var node = _queue.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Deadline <= now)
                {
                    expired.Add(node.Value);
                    _queue.Remove(node);
                }

                node = next;
            }
        }

        return expired;
    }
}

/// <summary>A step's place in the queue.</summary>
internal sealed record Ticket(LiveRun Run, string Step, DateTimeOffset Deadline);
