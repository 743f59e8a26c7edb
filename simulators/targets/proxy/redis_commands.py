"""What a command of Redis's asks for."""

from collections.abc import Sequence
from typing import Final

from simulators.targets.proxy.dialect import Call, Kind
from simulators.targets.proxy.labels import of_key, of_words

SETTING_UP: Final = frozenset(
    b"ASKING AUTH CLIENT CLUSTER COMMAND DISCARD ECHO HELLO MULTI PING QUIT READONLY READWRITE"
    b" RESET SELECT".split()
)
"""Commands about the connection: they ask for nothing that is stored."""

READING: Final = frozenset(
    b"BITCOUNT BITFIELD_RO BITPOS CONFIG DBSIZE DUMP EVALSHA_RO EVAL_RO EXISTS EXPIRETIME GEODIST"
    b" GEOHASH GEOPOS GEOSEARCH GET GETBIT GETRANGE HEXISTS HGET HGETALL HKEYS HLEN HMGET"
    b" HRANDFIELD HSCAN HSTRLEN HVALS INFO KEYS LCS LINDEX LLEN LPOS LRANGE MEMORY MGET OBJECT"
    b" PEXPIRETIME PFCOUNT PTTL RANDOMKEY ROLE SCAN SCARD SCRIPT SDIFF SINTER SINTERCARD SISMEMBER"
    b" SMEMBERS SMISMEMBER SORT_RO SRANDMEMBER SSCAN STRLEN SUBSTR SUNION TIME TTL TYPE UNWATCH"
    b" WAIT WATCH XINFO XLEN XPENDING XRANGE XREAD XREVRANGE ZCARD ZCOUNT ZDIFF ZINTER ZINTERCARD"
    b" ZLEXCOUNT ZMSCORE ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREVRANGE"
    b" ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE ZUNION JSON.GET JSON.MGET".split()
)
"""Commands that change nothing. What is not among them is taken for a change."""


ZERO_IS_NO_CHANGE: Final = frozenset(
    b"DEL EXPIRE EXPIREAT HDEL HSETNX LREM MOVE MSETNX PERSIST PEXPIRE PEXPIREAT RENAMENX SADD"
    b" SETNX SMOVE SREM UNLINK XACK XDEL ZREM".split()
)
NULL_IS_NO_CHANGE: Final = frozenset(b"EXEC GETDEL LPOP RPOP SET SPOP".split())


_SCRIPTS: Final = frozenset(b"EVAL EVALSHA FCALL EVAL_RO EVALSHA_RO FCALL_RO".split())


def call_of(words: Sequence[bytes]) -> Call:
    """What that command asks for."""
    command = words[0].upper() if words else b""
    kind = Kind.READ if command in READING else Kind.WRITE
    key = words[1].decode("utf-8", "replace") if len(words) > 1 else ""
    if command in (b"EVAL", b"EVALSHA", b"FCALL"):
        key = words[3].decode("utf-8", "replace") if len(words) > 3 else ""
    return Call(kind, of_words(command.decode("ascii", "replace"), of_key(key)))


def keys_of(words: Sequence[bytes]) -> Sequence[bytes]:
    """The keys that a command names, the first of several where it is no script's."""
    if words[0].upper() not in _SCRIPTS:
        return words[1:2]
    count = words[2] if len(words) > 2 else b""
    return words[3 : 3 + int(count)] if count.isdigit() else ()


def first_writing(calls: Sequence[Call]) -> Call:
    """The first of several that writes; a read where none does."""
    return next((one for one in calls if one.kind is Kind.WRITE), Call(Kind.READ))
